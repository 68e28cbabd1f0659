"""Gauges of backups, drills and recovery objectives, shown on /metrics."""

from odoo import models

# Views need the columns of these models, which Odoo creates in the order of imports.
from . import (  # noqa: F401
    reliability_backup_set,
    reliability_drill,
    reliability_drill_rows,
    reliability_service,
)

_SETS = """
      FROM reliability_backup_set AS backup_set WHERE backup_set.active
"""
_LABELS = "backup_set.name AS backup_set, backup_set.contents AS contents"
_GAUGES = {
    "backup_newest_point_age_seconds": (
        "Time since the newest moment that can be restored; +Inf if there is none.",
        "newest_point",
    ),
    "backup_last_success_age_seconds": (
        "Time since the last backup without error ended; +Inf if there is none.",
        "last_success",
    ),
    "backup_report_age_seconds": (
        "Time since the last report of backups was taken.",
        "reported",
    ),
}
_OBJECTIVES = {
    "recovery_point_objective_seconds": (
        "How much work of a service may be lost, in time.",
        "rpo_minutes",
    ),
    "recovery_time_objective_seconds": (
        "How long a recovery of a service may take.",
        "rto_minutes",
    ),
}
# Columns by name: a view with all of them would hold back changes of any.
_LAST = """
    (SELECT id, result, size FROM reliability_drill
      ORDER BY ended_at DESC, id DESC LIMIT 1)
"""
_LAST_PASSED = """
    (SELECT ended_at, is_rpo_known, rpo_seconds, rto_seconds FROM reliability_drill
      WHERE result = 'passed'
      ORDER BY ended_at DESC, id DESC LIMIT 1)
"""
_DRILLS = {
    "recovery_drill_age_seconds": (
        "Time since the last restore drill that has passed ended; +Inf if none has.",
        f"""
        SELECT coalesce(
                   extract(epoch FROM now() AT TIME ZONE 'UTC' - max(ended_at))::float8,
                   'Infinity'
               ) AS value FROM {_LAST_PASSED} AS last
        """,
    ),
    "recovery_drill_passed": (
        "1 if the last restore drill has passed, 0 if it has not.",
        f"SELECT (result = 'passed')::int AS value FROM {_LAST} AS last",
    ),
    "recovery_drill_phase_seconds": (
        "Duration of the phases of the last restore drill.",
        f"""
        SELECT phase.name AS phase, sum(phase.seconds) AS value FROM {_LAST} AS last
          JOIN reliability_drill_phase AS phase ON phase.drill_id = last.id GROUP BY 1
        """,
    ),
    "recovery_drill_restored_bytes": (
        "Bytes on disk that the last restore drill has restored; absent if unknown.",
        f"SELECT size * 1000000 AS value FROM {_LAST} AS last WHERE size > 0",
    ),
}
_ACHIEVED = {
    "recovery_point_achieved_seconds": (
        "How much work of a service the last restore drill that has passed has lost, in"
        " time; +Inf if it is unknown, or none has passed.",
        "rpo",
        "CASE WHEN last.is_rpo_known THEN last.rpo_seconds END",
    ),
    "recovery_time_achieved_seconds": (
        "How long the last restore drill that has passed has taken until a service"
        " could be used; +Inf if none has passed.",
        "rto",
        "last.rto_seconds",
    ),
}
GAUGES = (*_GAUGES, *_OBJECTIVES, *_DRILLS, *_ACHIEVED)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        for name, (text, column) in _GAUGES.items():
            age = f"extract(epoch FROM now() AT TIME ZONE 'UTC' - {column})"
            value = f"coalesce({age}::float8, 'Infinity') AS value"
            self._register_gauge(name, text, f"SELECT {_LABELS}, {value} {_SETS}")
        for name, (text, column) in _OBJECTIVES.items():
            self._register_gauge(
                name,
                text,
                f"SELECT code AS service, {column} * 60 AS value"
                f" FROM reliability_service WHERE active AND {column} > 0",
            )
        for name, (text, query) in _DRILLS.items():
            self._register_gauge(name, text, query)
        for name, (text, objective, value) in _ACHIEVED.items():
            self._register_gauge(
                name,
                text,
                f"""
                SELECT service.code AS service,
                       coalesce({value}, 'Infinity'::float8) AS value
                  FROM reliability_service AS service
                  LEFT JOIN {_LAST_PASSED} AS last ON true
                 WHERE service.active AND service.{objective}_minutes > 0
                """,
            )
        return result
