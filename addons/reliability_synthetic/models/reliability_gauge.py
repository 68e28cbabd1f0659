"""Gauges of synthetic checks on /metrics, named as blackbox_exporter's probes."""

from odoo import models

# Views need the columns of these models, which Odoo creates in the order of imports.
from . import (  # noqa: F401
    reliability_synthetic_journey,
    reliability_synthetic_place,
    reliability_synthetic_result,
    reliability_synthetic_run,
)
from .latest_runs import latest_runs

_NOW = "now() AT TIME ZONE 'UTC'"
_LAST = f"FROM ({latest_runs(_NOW)}) AS last"
_HEARD = f"{_LAST} WHERE NOT last.is_silent"
_AGE = f"extract(epoch FROM {_NOW} - {{moment}})::float8"
_LABELS = "last.journey, last.place"
_GAUGES = {
    "synthetic_success": (
        "1 if the last run of a journey from a place has passed, 0 if it has failed, or"
        " if newer ones are missing.",
        f"""
        SELECT {_LABELS},
               (last.state <> 'failed' AND NOT last.is_silent)::int AS value {_LAST}
        """,
    ),
    "synthetic_duration_seconds": (
        "How long the final attempt of the last run of a journey took.",
        f"SELECT {_LABELS}, last.seconds AS value {_HEARD}",
    ),
    "synthetic_step_duration_seconds": (
        "How long the steps of that attempt took.",
        f"""
        SELECT {_LABELS}, result.step, sum(result.seconds) AS value
          FROM reliability_synthetic_result AS result
          JOIN ({latest_runs(_NOW)}) AS last
            ON result.run_id = last.id AND result.attempt = last.attempts
         WHERE NOT last.is_silent
         GROUP BY 1, 2, 3
        """,
    ),
    "synthetic_last_run_age_seconds": (
        "Time since the last run of a journey began.",
        f"SELECT {_LABELS}, {_AGE.format(moment='last.started_at')} AS value {_LAST}",
    ),
    "synthetic_last_success_age_seconds": (
        "Time since the last run of a journey that has passed began; +Inf if there is"
        " none.",
        f"""
        SELECT {_LABELS}, coalesce(
                   {_AGE.format(moment="passed.started_at")}, 'Infinity'
               ) AS value {_LAST}
          LEFT JOIN LATERAL (
                SELECT run.started_at FROM reliability_synthetic_run AS run
                 WHERE run.journey_id = last.journey_id AND run.place = last.place
                   AND run.state IN ('passed', 'slow')
                 ORDER BY run.started_at DESC LIMIT 1) AS passed ON TRUE
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
