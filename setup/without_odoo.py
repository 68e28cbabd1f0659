"""What of our addons is plain Python, imported without Odoo."""

import sys

from . import paths

# The folder above, an addon, cannot be imported without Odoo. Ours comes last: it has
# `tests` and other common names, too.
sys.path.append(str(paths.ADDONS / "reliability"))

from telemetry import histogram, reader  # noqa: F401
