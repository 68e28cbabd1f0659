"""The plain Python modules of addons, importable without Odoo.

The packages of addons import Odoo, so they are replaced by empty packages with the same
path.  Plain modules of other addons import those of ``reliability`` as
``odoo.addons.reliability.<module>``.
"""

import sys
from types import ModuleType

from . import paths

for _name in (
    "reliability",
    "reliability_alertmanager",
    "reliability_change",
    "reliability_incident",
    "reliability_outbound",
    "reliability_platform",
    "reliability_recovery",
    "reliability_slo",
    "reliability_synthetic",
):
    if _name not in sys.modules:
        package = ModuleType(_name)
        package.__path__ = [str(paths.ADDONS / _name)]
        sys.modules[_name] = package
sys.modules.setdefault("odoo.addons.reliability", sys.modules["reliability"])

from reliability.telemetry import histogram  # noqa: E402, F401
from reliability.telemetry.slots import reader  # noqa: E402, F401
from reliability_recovery import heartbeat, manifest  # noqa: E402, F401
from reliability_slo import burn_rate, verdict  # noqa: E402, F401
