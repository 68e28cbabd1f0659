"""Unit tests of plain Python modules, without Odoo; see ``addons/conftest.py``."""

from .. import clocks  # it sets the profile of Hypothesis
