"""Gauges of backups and of recovery objectives, shown on /metrics."""

from odoo import models

# Views need the columns of these models, which Odoo creates in the order of imports.
from . import reliability_backup_set, reliability_service  # noqa: F401

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
GAUGES = (*_GAUGES, *_OBJECTIVES)


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
        return result
