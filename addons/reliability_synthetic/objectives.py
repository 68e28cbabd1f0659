"""The objectives that come with synthetic checks; as in ``reliability_slo``.

They are about runs of journeys only: good runs must not hide users whose calls fail.
"""

from odoo.addons.reliability_slo.objective import LATENCY

SERVICE = "synthetic_checks"
_RUNS = {"family": "synthetic", "split": "none"}

SHIPPED = (
    ("synthetic_checks_success", SERVICE, _RUNS | {"goal_ppm": 990_000}),
    (
        "synthetic_checks_in_time",
        SERVICE,
        _RUNS | {"measure": LATENCY, "goal_ppm": 950_000},
    ),
)
"""Code, service, and what differs from defaults."""
