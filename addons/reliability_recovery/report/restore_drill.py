"""The evidence of drills as PDF, for auditors and for when Odoo is away."""

from odoo import api, models
from odoo.tools import format_datetime, formatLang

from odoo.addons.reliability.api import formatting

_FIELDS = (
    *("result", "level", "rto", "rpo", "database_rpo", "filestore_rpo", "lost"),
    *("failed_at", "declared_at", "usable_at", "ended_at", "target"),
    *("database_heartbeat", "filestore_heartbeat"),
    *("set_name", "contents", "filestore_set", "backup", "database", "database_uuid"),
    *("size", "host", "tool", "postgresql", "odoo"),
    *("state", "confirmed_by_id", "confirmed_at"),
)
"""Fields, in their order; those without a value are left out."""


class RestoreDrillReport(models.AbstractModel):
    _name = "report.reliability_recovery.restore_drill"
    _description = "Restore Drill as PDF"

    @api.model
    def _get_report_values(self, docids, data=None):
        drills = self.env["reliability.drill"].browse(docids)
        return {
            "docs": drills,
            "rows": {drill.id: _rows(drill) for drill in drills},
            "lang": self.env.lang,
            "zone": formatting.zone_name(self.env.tz.zone),
        }


def _rows(drill):
    """Return names and values of what is known of a drill."""
    described = drill.fields_get(_FIELDS, ["string", "selection", "type"])
    return [
        (described[name]["string"], _shown(drill, name, described[name]))
        for name in _FIELDS
        if drill[name]
    ]


def _shown(drill, name, field):
    value = drill[name]
    if field["type"] == "selection":
        return dict(field["selection"])[value]
    if field["type"] == "datetime":
        return format_datetime(drill.env, value)
    if field["type"] == "float":
        return formatLang(drill.env, value, digits=1)
    return value.display_name if field["type"] == "many2one" else value
