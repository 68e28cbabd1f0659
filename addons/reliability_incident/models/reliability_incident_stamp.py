"""Stamps: when something happened to an incident, and how that is known."""

from odoo import fields, models

KINDS = [
    ("began", "Began"),
    ("detected", "Detected"),
    ("acknowledged", "Acknowledged"),
    ("restored", "Restored"),
    ("closed", "Closed"),
]
MEASURED, EVALUATION, PERSON, MERGED = "measured", "evaluation", "person", "merged"


class ReliabilityIncidentStamp(models.Model):
    """One row per stamp and correction: the newest of a kind counts."""

    _name = "reliability.incident.stamp"
    _description = "Stamp of an Incident"
    _order = "id"
    _rec_name = "kind"

    incident_id = fields.Many2one(
        "reliability.incident", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(KINDS, string="Stamp", required=True)
    moment = fields.Datetime(string="Time")
    source = fields.Selection(
        [
            (MEASURED, "Calls and records"),
            (EVALUATION, "Evaluation"),
            (PERSON, "Person"),
            (MERGED, "Merged incident"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null")
    reason = fields.Char(help="Why it was corrected.")
