"""References: what partner systems have created for Odoo."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import NoForeignKeyMany2one

from .reliability_exchange import UNRESOLVED


class ReliabilityReference(models.Model):
    _name = "reliability.reference"
    _description = "Reference"
    _order = "id desc"
    _log_access = False

    name = fields.Char(readonly=True, help="Such as a tracking number.")
    kind = fields.Char(string="Kind (code)", readonly=True)
    kind_name = fields.Char(string="Kind", compute="_compute_kind_name")
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

    can_resolve = fields.Boolean(compute="_compute_can_resolve")
    can_open_document = fields.Boolean(compute="_compute_can_resolve")
    explanation = fields.Text(
        string="What to Do",
        compute="_compute_explanation",
        help="What has happened at the partner system, and what is to be done.",
    )

    _attempt_unique = models.UniqueIndex("(attempt_id, name)")
    _by_name = models.Index("(name varchar_pattern_ops)")
    _orphaned = models.Index("(exchange_id) WHERE state = 'orphaned'")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_name(self):
        _ = self.env._
        names = {
            "tracking": _("Tracking number"),
            "document": _("Document number"),
            "message": _("Message number"),
        }
        for reference in self:
            reference.kind_name = names.get(reference.kind, reference.kind)

    @api.depends("state", "exchange_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_resolve(self):
        resolvable = self.exchange_id._resolvable()
        for reference in self:
            is_orphan = reference.state == "orphaned"
            exchange = reference.exchange_id
            reference.can_resolve = is_orphan and exchange in resolvable
            reference.can_open_document = exchange.can_open_document

    @api.depends("state", "exchange_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_explanation(self):
        for reference in self:
            is_orphan = reference.state == "orphaned"
            reference.explanation = is_orphan and reference.exchange_id._explain()

    def action_hand_over(self):
        """Open a window that hands orphans over to a colleague."""
        return self.exchange_id.action_hand_over()

    def action_open_document(self):
        """Open the document that this reference was requested for."""
        return self.exchange_id.action_open_document()

    def action_cancelled(self):
        """Record that a person has cancelled orphans in the partner system.

        :raise UserError: some are not orphaned
        """
        self._check_resolvable()
        self.sudo()._decide("cancelled")

    def action_adopted(self):
        """Record that a person has entered orphans in Odoo.

        An exchange without further orphans is resolved.

        :raise UserError: some are not orphaned
        """
        self._check_resolvable()
        self.sudo()._adopt()

    def _check_resolvable(self):
        """Check that the current user may decide what becomes of these references.

        From then on, Odoo acts for the user, also where that takes other rights, such
        as reading the access data of a carrier.

        :raise AccessError: the user may not
        """
        self.check_access("read")
        self.exchange_id._check_resolvable()

    def _adopt(self):
        self._decide("adopted")
        for exchange in self.exchange_id:
            if exchange.state in UNRESOLVED and not exchange.orphan_count:
                names = ", ".join((self & exchange.reference_ids).mapped("name"))
                exchange._resolve(self.env._("Entered in Odoo: %s", names), True)

    def _decide(self, state):
        if set(self.mapped("state")) - {"orphaned"}:
            raise UserError(
                self.env._(
                    "Only orphans can be marked as cancelled or as entered in Odoo:"
                    " references that exist in the partner system and not in Odoo."
                )
            )
        self.sudo().write({"state": state})
        self.exchange_id._count_orphans()
