"""The dialog in which people report an incident that no alert has found."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.reliability.api import check_reader

from ..models.incident_fields import DRILL, INCIDENT
from ..models.reliability_incident_stamp import PERSON
from ..tiers import PAGE, TICKET


class ReliabilityIncidentReport(models.TransientModel):
    _name = "reliability.incident.report"
    _description = "Report an Incident"

    title = fields.Char(string="What has happened", required=True)
    service_id = fields.Many2one(
        "reliability.service", string="Affected Service", required=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    warehouse = fields.Selection(
        "_warehouse_names", help="Empty: all, or work of no warehouse."
    )
    is_urgent = fields.Boolean(
        string="Notify at once",
        help="People on call are notified also in quiet hours, and their deputy if"
        " nobody acknowledges.",
    )
    is_drill = fields.Boolean(
        string="Drill", help="An exercise: it is left out of all figures."
    )
    began_at = fields.Datetime(
        string="Since", help="Empty if it is not known.", default=fields.Datetime.now
    )

    @api.model
    def _warehouse_names(self):
        warehouses = self.env["reliability.health.provider"]._warehouses()
        return [(one.code, one.name) for one in warehouses]

    @api.constrains("began_at")
    def _check_began_at(self):
        for report in self:
            if report.began_at and report.began_at > fields.Datetime.now():
                raise ValidationError(
                    self.env._("An incident cannot begin in the future.")
                )

    def action_report(self):
        """Open the incident, and the form with it."""
        self.ensure_one()
        check_reader(self.env, self.company_id)
        now = fields.Datetime.now()
        incident = (
            self.env["reliability.incident"]
            .sudo()
            .create(
                {
                    "title": self.title,
                    "service_id": self.service_id.id,
                    "service_ids": [(6, 0, self.service_id.ids)],
                    "company_id": self.company_id.id,
                    "warehouse": self.warehouse,
                    "warehouses": self.warehouse,
                    "tier": PAGE if self.is_urgent else TICKET,
                    "kind": DRILL if self.is_drill else INCIDENT,
                    "reported_by_id": self.env.uid,
                    "detected_at": now,
                }
            )
        )
        incident._weigh()
        incident._stamp("detected", now, PERSON)
        if self.began_at:
            incident._stamp("began", min(self.began_at, now), PERSON)
        return incident._open_these()
