"""Tests of what is plain Python; see ``addons/conftest.py``."""
