"""The plain Python modules of addons, importable without Odoo.

An addon's package imports Odoo, so it is replaced by an empty package with the same
path.
"""

import sys
from types import ModuleType

from . import paths

for addon in ("reliability", "reliability_slo"):
    if addon not in sys.modules:
        package = ModuleType(addon)
        package.__path__ = [str(paths.ADDONS / addon)]
        sys.modules[addon] = package

from reliability.telemetry import histogram  # noqa: F401
from reliability.telemetry.slots import reader  # noqa: F401
