from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import (
    SwitchParameter,
    create_functions,
    done_ids,
    formatting,
    read_parameter,
)
from odoo.addons.reliability_integration import ledger

from ..provider_instrumentation import LABEL, TRACKING

UNCONFIRMED_WAITS = SwitchParameter("reliability.label_unconfirmed_waits")
_IS_UNCONFIRMED = "SELECT public.reliability_label_unconfirmed(%s::integer)"
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
    reliability_orphan_text = fields.Char(
        string="What to Do about Orphan Parcels",
        compute="_compute_reliability_orphans",
        groups="reliability.group_viewer",
    )

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
            ]
        )
        by_transfer = orphans.grouped(lambda orphan: orphan.exchange_id.res_id)
        for picking in self:
            own = by_transfer.get(picking._origin.id, orphans.browse())
            picking.reliability_orphan_ids = own
            picking.reliability_orphan_text = picking._reliability_describe(own)

    def _reliability_describe(self, orphans):
        """Return what orphan parcels of this transfer there are and what to do."""
        if not orphans:
            return False
        _ = self.env._
        names = {
            "carrier": ", ".join(orphans.integration_id.mapped("name")),
            "parcels": ", ".join(orphans.mapped("name")),
            "transfer": self.name,
        }
        return formatting.counted(
            len(orphans),
            _(
                "%(carrier)s has parcel %(parcels)s for %(transfer)s, but Odoo did not"
                " save it. Use this parcel instead of buying another one, or cancel it"
                " at the carrier.",
                **names,
            ),
            _(
                "%(carrier)s has parcels %(parcels)s for %(transfer)s, but Odoo did not"
                " save them. Use one of them instead of buying another one, and cancel"
                " the others at the carrier.",
                **names,
            ),
        )

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
        count_before = self._reliability_count_files()
        result = super().send_to_shipper()
        if self._reliability_count_files() == count_before:
            self._reliability_get_missing_label()
        return result

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
        :raise UserError: Settings demand that a person checks with the carrier first
        """
        if not self._reliability_is_label_unconfirmed():
            return None
        parcels = carrier._reliability_find_parcels(self)
        if parcels is not None:
            ledger.try_query(self.env.cr.dbname, _MARK_VERIFIED, self.id, LABEL)
        if parcels:
            self._reliability_post_recovered(carrier, parcels)
            price = sum(filter(None, parcels.values()))
            return [{"exact_price": price, "tracking_number": ",".join(parcels)}]
        if parcels is None and self._reliability_unconfirmed_label_waits():
            raise UserError(
                self.env._(
                    "%(carrier)s did not answer the label request of %(transfer)s and"
                    " may have made a parcel. Search %(carrier)s for reference"
                    " %(transfer)s, then resolve the request under Exchanges of the"
                    " transfer. Odoo then uses the parcel that you found, or buys one.",
                    carrier=carrier.name,
                    transfer=self.name,
                )
            )
        return None

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

    def _reliability_is_label_unconfirmed(self):
        """Return whether the carrier did not answer the last label request."""
        if not ledger.is_real or not self.ids:
            return False
        rows = ledger.try_query(self.env.cr.dbname, _IS_UNCONFIRMED, self.id)
        return bool(rows) and rows[0][0]

    @api.model
    def _reliability_unconfirmed_label_waits(self):
        return read_parameter(self.env, UNCONFIRMED_WAITS)
