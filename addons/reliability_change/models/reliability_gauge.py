"""Settings that differ from their baseline, on ``/metrics``."""

from odoo import models

# Views need the columns of these models, which Odoo creates in the order of imports.
from . import reliability_drift, reliability_drift_source  # noqa: F401

_LABELS = "source.code AS source, coalesce(source.host, '') AS host"
# As the model calls what is not unknown.
_KNOWN = """
    source.problem IS NULL
    AND source.read_at > now() AT TIME ZONE 'UTC' - interval '3 hours'
"""
_DRIFTED = """
      FROM reliability_drift_source AS source
      LEFT JOIN reliability_drift AS drift
        ON drift.source_id = source.id AND drift.state = 'drifted'
"""
_GAUGES = {
    "config_drift_items": (
        "Settings that differ from their baseline, and nobody has accepted; absent of a"
        " source that cannot be read, or was not read for three hours.",
        f"SELECT {_LABELS}, count(drift.id) AS value {_DRIFTED}"
        f" WHERE {_KNOWN} GROUP BY 1, 2",
    ),
    "config_oldest_drift_seconds": (
        "How long settings have differed from their baseline, the first of them; absent"
        " where none does, or that is not known.",
        f"""
        SELECT {_LABELS},
               extract(epoch FROM now() AT TIME ZONE 'UTC' - min(drift.since))::float8
               AS value {_DRIFTED}
         WHERE drift.id IS NOT NULL AND {_KNOWN} GROUP BY 1, 2
        """,
    ),
    "config_source_last_success_timestamp_seconds": (
        "When settings of a source were last read and compared, as a Unix time.",
        f"SELECT {_LABELS}, extract(epoch FROM source.read_at)::float8 AS value"
        " FROM reliability_drift_source AS source WHERE source.read_at IS NOT NULL",
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
