"""What benchmarks share: our addons without Odoo, and where slots are kept."""

import os

from setup import without_odoo  # noqa: F401 - it lets ``reliability`` be imported

SHARED = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""In memory, as in production."""
