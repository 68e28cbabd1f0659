"""Orphan parcels: the carrier has them, and Odoo has undone what they are for."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability_integration import IDEMPOTENT, exchange

from ..provider_instrumentation import CANCELLATION, TRACKING

_TRANSFER = "stock.picking"


class ReliabilityReference(models.Model):
    _inherit = "reliability.reference"

    is_parcel = fields.Boolean(compute="_compute_is_parcel")

    def _compute_is_parcel(self):
        for reference in self:
            of = reference.exchange_id
            is_tracking = reference.kind == TRACKING and of.operation != CANCELLATION
            reference.is_parcel = is_tracking and of.res_model == _TRANSFER

    def action_cancel_there(self):
        """Ask the carrier to cancel orphan parcels.

        Each by its own number: providers cancel what the transfer carries, which may be
        the parcel of its next try.  Some cancel nothing and raise no error: so the
        carrier is asked whether it has the parcel still.  Where it cannot be asked, or
        has it, that becomes somebody's task.

        :raise UserError: some are no orphan parcels; there is one, and it was refused
        """
        self.exchange_id._check_manager()
        self._check_orphan_parcels()
        left = self.browse()
        for parcel in self:
            try:
                # What was cancelled stays so where the carrier refuses the next one.
                with self.env.cr.savepoint():
                    is_cancelled = parcel._cancel_there()
            except UserError:
                if len(self) == 1:
                    raise
                is_cancelled = False
            if is_cancelled:
                parcel.action_cancelled()
            else:
                parcel._leave_cancellation()
                left |= parcel
        return left._notify_of_tasks()

    def action_adopted(self):
        """Put orphan parcels onto their transfers instead of buying others.

        :raise UserError: the transfer has a parcel already
        """
        self.exchange_id._check_manager()
        for parcel in self.filtered(lambda of: of.is_parcel and of.state == "orphaned"):
            parcel._put_onto_transfer()
        return super().action_adopted()

    def _check_orphan_parcels(self):
        if not all(of.is_parcel and of.state == "orphaned" for of in self):
            raise UserError(
                self.env._("Only orphan parcels can be cancelled at the carrier.")
            )

    def _cancel_there(self):
        """Ask the carrier to cancel this parcel.

        :return: whether it has said that it did
        """
        picking = self.exchange_id._document()
        integration = self.exchange_id.integration_id
        carrier = picking.env["delivery.carrier"]._reliability_of(integration, picking)
        if not carrier:
            return False
        key, current = f"parcel {self.name}", picking.carrier_tracking_ref
        with exchange(
            picking,
            integration.code,
            CANCELLATION,
            key=key,
            repeatable=IDEMPOTENT,
            warehouse=picking.picking_type_id.warehouse_id.code or "",
        ) as attempt:
            picking.carrier_tracking_ref = self.name
            can_be_asked = carrier._reliability_cancel(picking)
            picking.carrier_tracking_ref = current
            # Where nothing is put on record, nobody knows whether it was.
            if not can_be_asked or attempt.was_answered is False:
                attempt.fail(self.env._("The carrier cannot be asked to cancel it."))
                return False
            is_there = carrier._reliability_still_has(picking, self.name)
            if is_there:
                attempt.fail(self.env._("The carrier has answered, and has it still."))
                return False
        self._tell_of_cancellation(picking, carrier, is_sure=is_there is False)
        return True

    def _tell_of_cancellation(self, picking, carrier, is_sure):
        """Say on the transfer that the carrier has cancelled this parcel.

        :param is_sure: whether the carrier was asked if it has the parcel still
        """
        names = {"carrier": carrier.name, "parcel": self.name}
        picking.message_post(
            body=self.env._(
                "%(carrier)s has cancelled parcel %(parcel)s, which Odoo had undone.",
                **names,
            )
        )
        if not is_sure:
            self._leave_task(
                self.env._("Check that parcel %(parcel)s is cancelled", **names),
                self.env._(
                    "%(carrier)s has answered that parcel %(parcel)s is cancelled, and"
                    " Odoo cannot ask whether it is. Look on their website: what is"
                    " there still would be fetched and charged, so cancel it there.",
                    **names,
                ),
            )

    def _leave_cancellation(self):
        """Let a person cancel this parcel where Odoo cannot."""
        names = {
            "carrier": self.exchange_id.integration_id.name,
            "parcel": self.name,
        }
        self._leave_task(
            self.env._("Cancel parcel %(parcel)s at %(carrier)s", **names),
            self.env._(
                "Odoo could not let %(carrier)s cancel parcel %(parcel)s. Do it on"
                " their website or by phone, so that it is neither fetched nor charged."
                " Then say Cancelled there, at the top of this transfer.",
                **names,
            ),
        )

    def _leave_task(self, summary, note):
        """Leave a task on the transfer, unless it is there already."""
        owner = self.exchange_id.integration_id.owner_id
        self.exchange_id._document()._reliability_leave_task(summary, note, owner)

    def _notify_of_tasks(self):
        """Say which parcels have become somebody's task; nothing if none."""
        if not self:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not cancelled yet"),
                "message": self.env._(
                    "%s could not be cancelled at the carrier from here. There is a"
                    " task on the transfer that says what to do.",
                    ", ".join(self.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _put_onto_transfer(self):
        picking = self.exchange_id._document()
        if current := picking.carrier_tracking_ref:
            raise UserError(
                self.env._(
                    "%(transfer)s has parcel %(current)s already. Cancel %(parcel)s at"
                    " the carrier instead.",
                    transfer=picking.name,
                    current=current,
                    parcel=self.name,
                )
            )
        if picking.state == "cancel":
            raise UserError(
                self.env._(
                    "%s is cancelled. Cancel its parcel at the carrier.", picking.name
                )
            )
        picking.carrier_tracking_ref = self.name
        picking.message_post(
            body=self.env._(
                "Parcel %s was taken over: no other label will be bought.", self.name
            )
        )
        carriers = picking.env["delivery.carrier"]
        carrier = carriers._reliability_of(self.exchange_id.integration_id, picking)
        if not carrier._reliability_fetch_label(picking):
            self._leave_task(
                self.env._("Print the label of parcel %s", self.name),
                self.env._(
                    "Odoo could not fetch the label of parcel %(parcel)s. Print it from"
                    " the website of %(carrier)s.",
                    parcel=self.name,
                    carrier=self.exchange_id.integration_id.name,
                ),
            )
