"""Shared by benchmarks: our modules without Odoo, and the folder for slots."""

import os

from setup import without_odoo  # noqa: F401 - makes ``reliability`` importable

SHARED = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""In memory, as in production."""
