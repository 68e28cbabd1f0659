"""References: what partner systems have created for Odoo."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import NoForeignKeyMany2one

from .reliability_exchange import UNRESOLVED


class ReliabilityReference(models.Model):
    _name = "reliability.reference"
    _description = "Reference"
    _order = "id desc"
    _log_access = False

    name = fields.Char(readonly=True, help="Such as a tracking number.")
    kind = fields.Char(readonly=True)
    exchange_id = NoForeignKeyMany2one(
        "reliability.exchange", readonly=True, index=True
    )
    attempt_id = NoForeignKeyMany2one("reliability.attempt", readonly=True)
    integration_id = fields.Many2one(
        string="System", related="exchange_id.integration_id"
    )
    res_name = fields.Char(string="Document", related="exchange_id.res_name")
    created = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("open", "Not decided"),
            ("committed", "In Odoo"),
            ("orphaned", "Orphaned"),
            ("cancelled", "Cancelled"),
            ("adopted", "Entered in Odoo"),
        ],
        readonly=True,
        help="Orphaned: the reference exists in the partner system, and Odoo rolled"
        " back the transaction that requested it.",
    )

    _attempt_unique = models.UniqueIndex("(attempt_id, name)")
    _by_name = models.Index("(name varchar_pattern_ops)")
    _orphaned = models.Index("(exchange_id) WHERE state = 'orphaned'")

    def action_cancelled(self):
        """Record that a person has cancelled orphans in the partner system.

        :raise UserError: some are not orphaned
        """
        self._decide("cancelled")

    def action_adopted(self):
        """Record that a person has entered orphans in Odoo.

        An exchange without further orphans is resolved.

        :raise UserError: some are not orphaned
        """
        self._decide("adopted")
        for exchange in self.exchange_id:
            if exchange.state in UNRESOLVED and not exchange.orphan_count:
                names = ", ".join((self & exchange.reference_ids).mapped("name"))
                exchange._resolve(self.env._("Entered in Odoo: %s", names), True)

    def _decide(self, state):
        self.exchange_id._check_manager()
        if set(self.mapped("state")) - {"orphaned"}:
            raise UserError(
                self.env._(
                    "Only orphans can be marked as cancelled or as entered in Odoo:"
                    " references that exist in the partner system and not in Odoo."
                )
            )
        self.sudo().write({"state": state})
        self.exchange_id._count_orphans()
