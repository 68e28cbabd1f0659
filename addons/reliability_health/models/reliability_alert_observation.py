"""What is observed of an alert, in all tables that keep it."""

from odoo import fields, models

from odoo.addons.reliability.api import SEVERITY_NAMES, Alert


class ReliabilityAlertObservation(models.AbstractModel):
    _name = "reliability.alert.observation"
    _description = "Observation of an Alert"

    provider = fields.Char(required=True)
    cause = fields.Char(required=True)
    service_id = fields.Many2one("reliability.service", ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    warehouse = fields.Char(help="Its code; empty for work of no warehouse.")
    subject = fields.Char(help="What it is about besides, such as a partner system.")
    error = fields.Char(string="Error Class")
    is_shared = fields.Boolean(
        help="Whether it concerns the whole database, and so people of all companies."
    )
    is_sampled = fields.Boolean(
        help="Whether it has to be observed for a while before it is an alert."
    )
    severity = fields.Selection(SEVERITY_NAMES, required=True)
    is_present = fields.Boolean(help="Whether the cause is still there.")
    opened = fields.Datetime(help="When the cause appeared, or appeared again.")
    closed = fields.Datetime(help="When the cause was gone.")
    count = fields.Integer(string="Records")
    since = fields.Datetime(string="First")
    last = fields.Datetime()
    values = fields.Json()

    def _as_alert(self):
        """Return the evidence as its provider contributed it."""
        return Alert(
            self.provider,
            self.cause,
            self.service_id.code or "",
            self.severity,
            self.count,
            self.since or None,
            self.last or None,
            self.company_id.id or None,
            self.warehouse or "",
            self.subject or "",
            self.error or "",
            self.values or None,
            self.is_shared,
            self.is_sampled,
        )
