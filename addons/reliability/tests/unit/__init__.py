"""Unit tests of plain Python modules, without Odoo; see ``addons/conftest.py``."""
