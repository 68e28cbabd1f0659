"""References: what a counterpart has made for us."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import NoForeignKeyMany2one

from .reliability_exchange import UNSETTLED


class ReliabilityReference(models.Model):
    _name = "reliability.reference"
    _description = "Reference at a Counterpart"
    _order = "id desc"
    _log_access = False

    name = fields.Char(readonly=True, help="Such as a tracking number.")
    kind = fields.Char(readonly=True)
    exchange_id = NoForeignKeyMany2one(
        "reliability.exchange", readonly=True, index=True
    )
    attempt_id = NoForeignKeyMany2one("reliability.attempt", readonly=True)
    integration_id = fields.Many2one(related="exchange_id.integration_id")
    res_name = fields.Char(string="Concerns", related="exchange_id.res_name")
    created = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("open", "Not decided"),
            ("committed", "Kept"),
            ("orphaned", "Orphaned"),
            ("cancelled", "Cancelled there"),
            ("adopted", "Taken over"),
        ],
        readonly=True,
        help="Orphaned: the counterpart has it, and Odoo has undone what it is for.",
    )

    _attempt_unique = models.UniqueIndex("(attempt_id, name)")
    _by_name = models.Index("(name varchar_pattern_ops)")
    _orphaned = models.Index("(exchange_id) WHERE state = 'orphaned'")

    def action_cancelled(self):
        """Take down that a person has cancelled them at the counterpart.

        :raise UserError: some are no orphans
        """
        self._decide("cancelled")

    def action_adopted(self):
        """Take down that a person has entered them in Odoo: nothing is left to do.

        :raise UserError: some are no orphans
        """
        self._decide("adopted")
        for exchange in self.exchange_id:
            if exchange.state in UNSETTLED and not exchange.orphan_count:
                names = ", ".join((self & exchange.reference_ids).mapped("name"))
                exchange._settle(self.env._("Taken over: %s", names), True)

    def _decide(self, state):
        self.exchange_id._check_manager()
        if set(self.mapped("state")) - {"orphaned"}:
            raise UserError(
                self.env._(
                    "Only orphans can be cancelled or taken over: what a counterpart"
                    " has and Odoo has not."
                )
            )
        self.sudo().write({"state": state})
        self.exchange_id._count_orphans()
