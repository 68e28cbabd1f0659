"""Tests of what is plain Python; see ``addons/conftest.py``."""

from .. import waiting  # its limits are those of Hypothesis, too
