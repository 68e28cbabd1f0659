from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    SwitchParameter,
    create_functions,
    done_ids,
    formatting,
    read_parameter,
)
from odoo.addons.reliability_integration import ledger

from ..provider_instrumentation import LABEL, TRACKING, labelled_in
from .reliability_exchange import MAY_EXIST, UNSETTLED

UNCONFIRMED_WAITS = SwitchParameter("reliability.label_unconfirmed_waits", True)
_WHY_UNSETTLED = "SELECT public.reliability_unsettled_label(%s::integer)"
_WAIT_FOR_PERSON = "SELECT public.reliability_label_waits_for_person(%s::integer)"
_ADOPT = "SELECT public.reliability_adopt_parcels(%s::integer, %s::text[])"
FUNCTIONS = (
    "reliability_unsettled_label",
    "reliability_label_waits_for_person",
    "reliability_adopt_parcels",
)
"""Functions of ``data/unconfirmed.sql``."""
_OPEN = "open"
_MARK_VERIFIED = """
    UPDATE public.reliability_exchange SET is_verified = true
     WHERE res_model = 'stock.picking' AND res_id = %s AND operation = %s
       AND state NOT IN ('succeeded', 'resolved')
"""


class StockPicking(models.Model):
    _inherit = "stock.picking"

    reliability_orphan_ids = fields.Many2many(
        "reliability.reference",
        string="Orphan Parcels",
        compute="_compute_reliability_orphans",
        groups="reliability.group_viewer",
        help="Parcels that the carrier has and Odoo did not save.",
    )
    # Who may validate a transfer may resolve its parcel, also without any role of
    # Reliability: these texts are for all who read the transfer.
    reliability_orphan_text = fields.Char(
        string="What to Do about Orphan Parcels",
        compute="_compute_reliability_texts",
    )
    reliability_unconfirmed_text = fields.Char(
        string="What to Do about an Unconfirmed Label",
        compute="_compute_reliability_texts",
    )
    reliability_can_resolve = fields.Boolean(compute="_compute_reliability_can_resolve")

    # The forecast of cutoffs counts by these, see reliability.cutoff.
    _reliability_parcels_to_do = models.Index(
        "(picking_type_id, carrier_id, scheduled_date) WHERE carrier_id IS NOT NULL"
        " AND state IN ('confirmed', 'waiting', 'assigned')"
    )
    _reliability_parcels_done = models.Index(
        "(picking_type_id, carrier_id, date_done)"
        " WHERE carrier_id IS NOT NULL AND state = 'done'"
    )

    def init(self):
        result = super().init()
        create_functions(self.env.cr, "reliability_delivery/data/unconfirmed.sql")
        return result

    def _reliability_outcome(self, operation, result):
        """Count those that had a parcel, or whose carrier makes return labels."""
        if operation in ("return_label", "shipment_cancellation"):
            done = done_ids(self.env, operation)
            return self.filtered(lambda transfer: transfer.id in done)
        return super()._reliability_outcome(operation, result)

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_reliability_orphans(self):
        orphans = self.env["reliability.reference"].search(
            [
                ("state", "=", "orphaned"),
                ("kind", "=", TRACKING),
                ("exchange_id.res_model", "=", self._name),
                ("exchange_id.res_id", "in", self.ids),
                ("exchange_id.operation", "=", LABEL),
            ]
        )
        by_transfer = orphans.grouped(lambda orphan: orphan.exchange_id.res_id)
        for picking in self:
            own = by_transfer.get(picking._origin.id, orphans.browse())
            picking.reliability_orphan_ids = own

    @api.depends("carrier_tracking_ref", "state")
    @api.depends_context("lang")
    def _compute_reliability_texts(self):
        unsettled = self._reliability_exchanges_of_labels(UNSETTLED)
        by_transfer = unsettled.grouped("res_id")
        for picking in self:
            own = by_transfer.get(picking._origin.id, unsettled.browse())
            orphaned = own.filtered("orphan_count")
            texts = [exchange._explain() for exchange in orphaned]
            picking.reliability_orphan_text = formatting.paragraph(*texts)
            texts = [exchange._explain() for exchange in own - orphaned]
            picking.reliability_unconfirmed_text = formatting.paragraph(*texts)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reliability_can_resolve(self):
        writable = self._origin._filtered_access("write")
        may_answer = self.env["reliability.resolve"].has_access("write")
        for picking in self:
            picking.reliability_can_resolve = may_answer and picking._origin in writable

    def _reliability_exchanges_of_labels(self, domain):
        """Return the label requests of these transfers that match a domain, oldest
        first, also where the user may not read them.

        :param odoo.fields.Domain domain: of ``reliability.exchange``
        """
        about_labels = [
            ("res_model", "=", self._name),
            ("res_id", "in", self._origin.ids),
            ("operation", "=", LABEL),
        ]
        exchanges = self.env["reliability.exchange"].sudo()
        return exchanges.search(Domain(about_labels) & domain, order="id")

    def action_reliability_resolve(self):
        """Open a window for what a person has found out about the oldest unsettled
        parcel of this transfer.
        """
        self.check_access("write")
        if unsettled := self._reliability_exchanges_of_labels(UNSETTLED):
            return unsettled[0]._open_resolve()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_reliability_hand_over(self):
        """Open a window that hands the parcels of this transfer over to a colleague."""
        unsettled = self._reliability_exchanges_of_labels(UNSETTLED)
        return unsettled.with_env(self.env).action_hand_over()

    # Validation

    def _pre_action_done_hook(self):
        """Ask, before labels are bought, about those that may exist already.

        The window is one of those that Odoo opens before a validation, such as the one
        for backorders; it is followed by the same validation.
        """
        result = super()._pre_action_done_hook()
        if result is not True or not self._reliability_unconfirmed_label_waits():
            return result
        return self._reliability_question_before_label() or True

    def _reliability_question_before_label(self):
        """Return a window about the first of these transfers whose validation would buy
        a label that may exist already; ``None`` if there is none.
        """
        buying = self.filtered(lambda picking: picking._reliability_buys_label())
        if not buying:
            return None
        unsettled = buying._reliability_exchanges_of_labels(MAY_EXIST)
        unsettled = unsettled.filtered(lambda exchange: exchange._needs_person())
        if not unsettled:
            return None
        self._reliability_wait_for_person(*unsettled.mapped("res_id"))
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.endswith("_view_ref")
        }
        return unsettled[0]._open_resolve(context=context, validates=True)

    def _reliability_buys_label(self):
        """Return whether validation requests a label, as Odoo decides it."""
        return (
            self.carrier_id.integration_level == "rate_and_ship"
            and self.picking_type_code != "incoming"
            and self.picking_type_id.print_label
            and self._reliability_needs_parcel()
        )

    def _reliability_needs_parcel(self):
        """Return whether this is a transfer that has no parcel and may get one."""
        return bool(self) and self.state != "cancel" and not self.carrier_tracking_ref

    def _reliability_request_label(self):
        """Request the label again; the exchange's retry calls this.

        :raise UserError: the transfer is not validated; validation requests its label
        """
        for picking in self.filtered(lambda picking: not picking.carrier_tracking_ref):
            if picking.state != "done":
                raise UserError(
                    self.env._(
                        "Validate %s: Odoo requests its label then.", picking.name
                    )
                )
            picking.send_to_shipper()

    def send_to_shipper(self):
        self._reliability_lock_label()
        count_before = self._reliability_count_files()
        result = super().send_to_shipper()
        if self._reliability_count_files() == count_before:
            self._reliability_get_missing_label()
        return result

    def _reliability_lock_label(self):
        """Wait until no other transaction requests a label for this transfer.

        Where that has changed the transfer meanwhile, PostgreSQL reports a conflict,
        and Odoo repeats this transaction, which then sees the other parcel.

        :raise UserError: the transfer has a parcel of its own
        """
        self.env.cr.execute(
            SQL("SELECT FROM stock_picking WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        if not self.carrier_tracking_ref or self._reliability_was_labelled_now():
            return
        numbers = self.carrier_tracking_ref.split(",")
        is_own = [
            ("name", "in", numbers),
            ("state", "in", ("open", "committed", "adopted")),
        ]
        if self._reliability_exchanges_of_labels(
            Domain("reference_ids", "any", is_own)
        ):
            raise UserError(
                self.env._(
                    "%(transfer)s has parcel %(parcel)s already. Cancel it before you"
                    " send the transfer to the shipper again.",
                    transfer=self.name,
                    parcel=self.carrier_tracking_ref,
                )
            )

    def _reliability_count_files(self):
        """Return the number of files attached to this transfer, such as its labels."""
        files = self.env["ir.attachment"].sudo()
        return files.search_count(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )

    def _reliability_get_missing_label(self):
        """Fetch the label that the carrier has not given with its parcel.

        Without it, nobody can send the parcel, and nothing else would say so.
        """
        carrier, number = self.carrier_id, self.carrier_tracking_ref
        if (
            number
            and carrier.reliability_gives_label
            and carrier.delivery_type in carrier._reliability_external_types()
            and not carrier._reliability_fetch_label(self)
        ):
            self._reliability_schedule_printing(number, carrier.name)

    def _reliability_schedule_printing(self, number, carrier, user=None):
        """Schedule a task to print a label that Odoo does not have.

        :param str number: of the parcel
        :param str carrier: its name
        """
        names = {"parcel": number, "carrier": carrier, "transfer": self.name}
        self._reliability_schedule_task(
            self.env._("Print the label of parcel %(parcel)s", **names),
            self.env._(
                "Odoo could not fetch the label of parcel %(parcel)s of %(transfer)s."
                " Print it from the website of %(carrier)s.",
                **names,
            ),
            user,
        )

    def _reliability_recover_label(self, carrier):
        """Return the parcels of an earlier label request whose answer was lost.

        A second request could buy a second parcel, so Odoo first looks the parcels up
        where the provider can list them.

        :return: as of ``send_shipping``; ``None`` where the label must be requested
        :raise UserError: a person must find out what became of the earlier request
        """
        unsettled = self._reliability_unsettled_label()
        if not unsettled:
            return None
        parcels = None
        if unsettled != _OPEN:
            parcels = carrier._reliability_find_parcels(self)
        db = self.env.cr.dbname
        if parcels is not None:
            ledger.try_query(db, _MARK_VERIFIED, self.id, LABEL)
        if parcels:
            # If this transaction is rolled back, the attempt that follows is an orphan.
            ledger.try_query(db, _ADOPT, self.id, list(parcels))
            self._reliability_post_recovered(carrier, parcels)
            price = sum(filter(None, parcels.values()))
            return [{"exact_price": price, "tracking_number": ",".join(parcels)}]
        if parcels is None and self._reliability_unconfirmed_label_waits():
            self._reliability_wait_for_person(self.id)
            raise UserError(self._reliability_reason_to_wait(unsettled, carrier))
        return None

    def _reliability_reason_to_wait(self, unsettled, carrier):
        """Return why no label is requested now, and what to do."""
        names = {"carrier": carrier.name, "transfer": self.name}
        if unsettled == _OPEN:
            return self.env._(
                "A label of %(carrier)s for %(transfer)s is being requested. Try again"
                " in a minute.",
                **names,
            )
        return self.env._(
            "%(carrier)s has, or may have, a parcel for %(transfer)s that Odoo does not"
            " know. Open %(transfer)s, and choose Resolve at its top: Odoo then uses"
            " the parcel that you found, or buys one.",
            **names,
        )

    def _reliability_post_recovered(self, carrier, parcels):
        """Post which parcels were found, and schedule a task to enter a missing price
        where the customer pays the real cost.
        """
        names = {
            "carrier": carrier.name,
            "numbers": ", ".join(parcels),
            "transfer": self.name,
        }
        self.message_post(
            body=self.env._(
                "%(carrier)s had made %(numbers)s already, but its answer was lost."
                " Odoo uses it and buys no other label.",
                **names,
            )
        )
        if None in parcels.values() and carrier.invoice_policy == "real":
            self._reliability_schedule_task(
                self.env._("Enter the delivery cost of %(numbers)s", **names),
                self.env._(
                    "The price of %(numbers)s for %(transfer)s was lost with the answer"
                    " of %(carrier)s, and the customer pays the real cost. Look the"
                    " price up at %(carrier)s, and enter it on the order before the"
                    " order is invoiced.",
                    **names,
                ),
            )

    def _reliability_schedule_task(self, summary, description, user=None):
        """Schedule a task on the transfer, unless it exists."""
        if self.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=description,
            user_id=(user or self.env.user).id,
        )

    def _reliability_unsettled_label(self):
        """Return why another label may not be requested: see ``unconfirmed.sql``."""
        if not ledger.is_real or not self.ids or self._reliability_was_labelled_now():
            return None
        rows = ledger.try_query(self.env.cr.dbname, _WHY_UNSETTLED, self.id)
        return rows[0][0] if rows else None

    def _reliability_was_labelled_now(self):
        """Return whether this transfer got a parcel in the current transaction."""
        is_labelled = self.id in labelled_in(self.env.cr)
        # The rollback of a savepoint takes the number away.
        return is_labelled and bool(self.carrier_tracking_ref)

    @api.model
    def _reliability_wait_for_person(self, *picking_ids):
        """Let the ledger know that no further attempt follows for now."""
        for picking_id in picking_ids if ledger.is_real else ():
            ledger.try_query(self.env.cr.dbname, _WAIT_FOR_PERSON, picking_id)

    @api.model
    def _reliability_unconfirmed_label_waits(self):
        return read_parameter(self.env, UNCONFIRMED_WAITS)
