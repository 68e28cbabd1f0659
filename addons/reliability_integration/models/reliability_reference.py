"""References: what a counterpart has made for us."""

from odoo import fields, models

from .loose import LooseMany2one


class ReliabilityReference(models.Model):
    _name = "reliability.reference"
    _description = "Reference at a Counterpart"
    _order = "id desc"
    _log_access = False

    name = fields.Char(readonly=True, help="Such as a tracking number.")
    kind = fields.Char(readonly=True)
    exchange_id = LooseMany2one("reliability.exchange", readonly=True, index=True)
    attempt_id = LooseMany2one("reliability.attempt", readonly=True)
    integration_id = fields.Many2one(related="exchange_id.integration_id")
    res_name = fields.Char(related="exchange_id.res_name")
    created = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("open", "Not decided"),
            ("kept", "Kept"),
            ("orphaned", "Orphaned"),
            ("cancelled", "Cancelled"),
            ("adopted", "Adopted"),
        ],
        readonly=True,
        help="Orphaned: the counterpart has it, and Odoo has undone what it is for.",
    )

    _attempt_unique = models.UniqueIndex("(attempt_id, name)")
    _by_name = models.Index("(name varchar_pattern_ops)")
    _orphaned = models.Index("(exchange_id) WHERE state = 'orphaned'")
