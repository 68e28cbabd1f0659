"""What of our addons is plain Python, imported without Odoo as ``reliability.…``.

The package itself imports Odoo, so one that holds nothing but its modules takes its
place.
"""

import sys
from types import ModuleType

from . import paths

if "reliability" not in sys.modules:
    package = ModuleType("reliability")
    package.__path__ = [str(paths.ADDONS / "reliability")]
    sys.modules["reliability"] = package

from reliability.telemetry import histogram  # noqa: F401
from reliability.telemetry.slots import reader  # noqa: F401
