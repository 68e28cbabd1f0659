"""The dialog in which managers correct a stamp; both values stay."""

from odoo import api, fields, models

from ..models.reliability_incident import STAMPS
from ..models.reliability_incident_stamp import KINDS, PERSON


class ReliabilityIncidentCorrection(models.TransientModel):
    _name = "reliability.incident.correction"
    _description = "Correct a Stamp"

    incident_id = fields.Many2one(
        "reliability.incident", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, string="Stamp", required=True, default="began")
    moment = fields.Datetime(
        string="Correct time", help="Empty: it is not known.", required=False
    )
    reason = fields.Char(required=True)

    @api.onchange("kind")
    def _onchange_kind(self):
        self.moment = self.incident_id[STAMPS[self.kind]] if self.kind else False

    def action_correct(self):
        """Store the corrected stamp, with the reason."""
        self.ensure_one()
        self.incident_id._check_manager()
        self.incident_id._check_may_correct(self.kind, self.moment)
        self.incident_id.sudo()._stamp(self.kind, self.moment, PERSON, self.reason)
        return {"type": "ir.actions.act_window_close"}
