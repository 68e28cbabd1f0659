"""Gauges of what probes have measured last, with the names of blackbox_exporter."""

# Gauges of probes are apart from those of all journeys.
# pylint: disable=consider-merging-classes-inherited

from odoo import models

# Views need the columns of this model, which Odoo creates in the order of imports.
from . import (  # noqa: F401
    reliability_synthetic_place,
    reliability_synthetic_run_probe,
)
from .last_certificates import last_certificates
from .latest_runs import latest_runs

_NOW = "now() AT TIME ZONE 'UTC'"
_LABELS = "last.journey, last.place"
_LAST = f"""
    FROM ({latest_runs(_NOW)}) AS last
    JOIN reliability_synthetic_run AS run ON run.id = last.id AND NOT last.is_silent
"""
_GAUGES = {
    "synthetic_ssl_earliest_cert_expiry": (
        "When the first of the certificates ends that an address was verified with, in"
        " Unix time.",
        f"""
        SELECT {_LABELS},
               extract(epoch FROM last.certificate_not_after)::float8 AS value
          FROM ({last_certificates(_NOW)}) AS last
        """,
    ),
    "synthetic_dns_lookup_time_seconds": (
        "How long the name servers took in the last run.",
        f"""
        SELECT {_LABELS}, (run.phases->>'resolve')::float8 AS value {_LAST}
         WHERE run.phases ? 'resolve'
        """,
    ),
    "synthetic_http_duration_seconds": (
        "How long each phase of the last run took.",
        f"""
        SELECT {_LABELS}, phase.key AS phase, phase.value::float8 AS value {_LAST}
         CROSS JOIN LATERAL jsonb_each_text(run.phases) AS phase
        """,
    ),
}
GAUGES = tuple(_GAUGES)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        for name, (text, query) in _GAUGES.items():
            self._register_gauge(name, text, query)
        return result
