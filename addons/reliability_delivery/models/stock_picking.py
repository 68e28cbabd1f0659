from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import file_open, str2bool

from odoo.addons.reliability_integration import ledger

from ..provider_instrumentation import LABEL, TRACKING

WAITS_IN_DOUBT = "reliability.label_in_doubt_waits"
_IN_DOUBT = "SELECT reliability_label_unconfirmed(%s)"
_MADE_SURE = """
    UPDATE reliability_exchange SET is_made_sure = true
     WHERE res_model = 'stock.picking' AND res_id = %s AND operation = %s
       AND state NOT IN ('succeeded', 'resolved')
"""


class StockPicking(models.Model):
    _inherit = "stock.picking"

    reliability_orphan_ids = fields.Many2many(
        "reliability.reference",
        string="Orphan Parcels",
        compute="_compute_reliability_orphan_ids",
        groups="reliability.group_viewer",
        help="The carrier has them, and Odoo has undone what they are for.",
    )

    # What the forecast of cutoffs counts, see reliability.cutoff.
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
        with file_open("reliability_delivery/data/doubt.sql") as file:
            self.env.cr.execute(file.read())
        return result

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reliability_orphan_ids(self):
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
            picking.reliability_orphan_ids = by_transfer.get(picking._origin.id, False)

    def _reliability_ask_label(self):
        """Ask the carrier again, as a person wants it.

        :raise UserError: its label is asked for when it is validated
        """
        for picking in self.filtered(lambda picking: not picking.carrier_tracking_ref):
            if picking.state != "done":
                raise UserError(
                    self.env._(
                        "Validate %s: its label is asked for then.", picking.name
                    )
                )
            picking.send_to_shipper()

    def _reliability_lost_label(self, carrier):
        """Return what a carrier has made already, where its answer got lost.

        A second label would be a second parcel: so it is looked up first, where the
        carrier can tell.

        :return: as ``send_shipping`` answers; ``None``: it is to be asked
        :raise UserError: a person has to look first, and Settings want that
        """
        if not self._reliability_is_in_doubt():
            return None
        parcels = carrier._reliability_find_parcels(self)
        if parcels is not None:
            ledger.ask(self.env.cr.dbname, _MADE_SURE, self.id, LABEL)
        if parcels:
            self._reliability_tell_of_lost_label(carrier, parcels)
            price = sum(filter(None, parcels.values()))
            return [{"exact_price": price, "tracking_number": ",".join(parcels)}]
        if parcels is None and self._reliability_waits_in_doubt():
            raise UserError(
                self.env._(
                    "%(carrier)s was asked for a label of %(transfer)s and did not"
                    " answer: it may have made a parcel. Look there by this reference,"
                    " then settle it under Exchanges of the transfer: with what you"
                    " found, it is taken over or asked for again.",
                    carrier=carrier.name,
                    transfer=self.name,
                )
            )
        return None

    def _reliability_tell_of_lost_label(self, carrier, parcels):
        """Say that parcels were there, and let a person enter a price that is not known
        where the customer pays it.
        """
        names = {"carrier": carrier.name, "numbers": ", ".join(parcels)}
        self.message_post(
            body=self.env._(
                "%(carrier)s had made %(numbers)s already, and its answer was lost.",
                **names,
            )
        )
        if None in parcels.values() and carrier.invoice_policy == "real":
            self._reliability_leave_task(
                self.env._("Enter the delivery cost of %(numbers)s", **names),
                self.env._(
                    "What %(carrier)s charges for %(numbers)s got lost with its answer,"
                    " and the customer is to pay it: look it up there, and enter it on"
                    " the order before it is invoiced.",
                    **names,
                ),
            )

    def _reliability_leave_task(self, summary, note, user=None):
        """Leave a task on the transfer, unless it is there already."""
        if self.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=note,
            user_id=(user or self.env.user).id,
        )

    def _reliability_is_in_doubt(self):
        """Say whether the last label was asked for and not answered."""
        if not ledger.is_real or not self.ids:
            return False
        answer = ledger.ask(self.env.cr.dbname, _IN_DOUBT, self.id)
        return bool(answer) and answer[0][0]

    @api.model
    def _reliability_waits_in_doubt(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(parameters.get_param(WAITS_IN_DOUBT, "False"), False)
