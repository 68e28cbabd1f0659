"""Tests of what is plain Python; see ``addons/conftest.py``."""

from .. import clocks  # its limits are those of Hypothesis, too
