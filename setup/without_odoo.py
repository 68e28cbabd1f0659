"""The plain Python modules of ``reliability``, importable without Odoo.

The addon's package imports Odoo, so it is replaced by an empty package with the same
path.
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
