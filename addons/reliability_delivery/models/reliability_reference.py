"""Orphan parcels: the carrier has them, and Odoo rolled back their transactions."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability_integration import IDEMPOTENT, exchange

from ..provider_instrumentation import CANCELLATION, LABEL, TRACKING

_TRANSFER = "stock.picking"


class ReliabilityReference(models.Model):
    _inherit = "reliability.reference"

    is_parcel = fields.Boolean(compute="_compute_is_parcel")
    can_adopt = fields.Boolean(
        compute="_compute_can_adopt",
        help="Whether the reader may use this parcel for its transfer.",
    )

    def _compute_is_parcel(self):
        for reference in self:
            request = reference.exchange_id
            reference.is_parcel = (
                reference.kind == TRACKING
                and request.operation == LABEL
                and request.res_model == _TRANSFER
            )

    @api.depends("state", "exchange_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_adopt(self):
        for reference in self:
            reference.can_adopt = (
                reference.is_parcel
                and reference.can_resolve
                and reference.exchange_id._transfer()._reliability_needs_parcel()
            )

    def action_cancel_at_carrier(self):
        """Cancel orphan parcels at their carriers, each by its own number.

        Providers cancel the number that the transfer has, which may belong to the
        parcel of a later attempt.  Some cancel nothing and raise no error, so a second
        request checks whether the parcel still exists.  A parcel that Odoo cannot
        cancel becomes a task on its transfer.

        :raise UserError: some are no orphan parcels; or there is only one, and the
            carrier refuses to cancel it
        """
        self._check_resolvable()
        return self.sudo()._cancel_or_schedule()

    def _cancel_or_schedule(self):
        self._check_orphan_parcels()
        not_cancelled = self.browse()
        for parcel in self:
            try:
                # Earlier cancellations stay saved where the carrier refuses this one.
                with self.env.cr.savepoint():
                    is_cancelled = parcel._cancel_at_carrier()
            except UserError:
                if len(self) == 1:
                    raise
                is_cancelled = False
            if is_cancelled:
                parcel._decide("cancelled")
            else:
                parcel._schedule_cancellation_task()
                not_cancelled |= parcel
        return not_cancelled._notify_of_tasks()

    def _adopt(self):
        """Use orphan parcels for their transfers, so that no others are bought.

        :raise UserError: the transfer has another parcel, or is cancelled
        """
        for parcel in self.filtered(lambda parcel: parcel._is_orphan_parcel()):
            parcel._assign_to_transfer()
        return super()._adopt()

    def _is_orphan_parcel(self):
        return self.is_parcel and self.state == "orphaned"

    def _check_orphan_parcels(self):
        if not all(parcel._is_orphan_parcel() for parcel in self):
            raise UserError(
                self.env._("Only orphan parcels can be cancelled at the carrier.")
            )

    def _cancel_at_carrier(self):
        """Request the cancellation of this parcel.

        :return: whether the carrier confirmed it
        """
        picking = self.exchange_id._document()
        integration = self.exchange_id.integration_id
        carriers = picking.env["delivery.carrier"]
        carrier = carriers._reliability_carrier_for(integration, picking)
        if not carrier:
            return False
        key, current_number = f"parcel {self.name}", picking.carrier_tracking_ref
        names = {"carrier": carrier.name, "parcel": self.name}
        with exchange(
            picking,
            integration.code,
            CANCELLATION,
            key=key,
            repeatable=IDEMPOTENT,
            warehouse=picking.picking_type_id.warehouse_id.code or "",
        ) as attempt:
            picking.carrier_tracking_ref = self.name
            has_method = carrier._reliability_cancel_parcel(picking)
            picking.carrier_tracking_ref = current_number
            # Without a recorded attempt, has_answer is unknown: the carrier counts
            # as having answered.
            if not has_method or attempt.has_answer is False:
                attempt.fail(
                    self.env._("Odoo cannot cancel parcels at %(carrier)s.", **names)
                )
                return False
            exists = carrier._reliability_parcel_exists(picking, self.name)
            if exists:
                attempt.fail(
                    self.env._(
                        "%(carrier)s answered, but still has parcel %(parcel)s.",
                        **names,
                    )
                )
                return False
        self._post_cancellation(picking, carrier, is_verified=exists is False)
        return True

    def _post_cancellation(self, picking, carrier, is_verified):
        """Post on the transfer that the carrier has cancelled this parcel.

        :param is_verified: whether a second request found that the parcel is gone
        """
        names = {
            "carrier": carrier.name,
            "parcel": self.name,
            "transfer": picking.name,
        }
        picking.message_post(
            body=self.env._(
                "%(carrier)s has cancelled parcel %(parcel)s, which Odoo did not save.",
                **names,
            )
        )
        if not is_verified:
            self._schedule_task(
                self.env._("Check that parcel %(parcel)s is cancelled", **names),
                self.env._(
                    "%(carrier)s answered that parcel %(parcel)s of %(transfer)s is"
                    " cancelled, and Odoo cannot verify it. Look for the parcel on the"
                    " website of %(carrier)s. If it still exists, cancel it there:"
                    " otherwise it is collected and charged.",
                    **names,
                ),
            )

    def _schedule_cancellation_task(self):
        """Schedule a task to cancel this parcel by hand."""
        names = {
            "carrier": self.exchange_id.integration_id.name,
            "parcel": self.name,
            "transfer": self.exchange_id.res_name,
        }
        self._schedule_task(
            self.env._("Cancel parcel %(parcel)s at %(carrier)s", **names),
            self.env._(
                "Odoo could not cancel parcel %(parcel)s of %(transfer)s at"
                " %(carrier)s. Cancel it on the website of %(carrier)s or by phone, so"
                " that it is neither collected nor charged. Then choose Mark as"
                " cancelled, at the top of this transfer.",
                **names,
            ),
        )

    def _schedule_task(self, summary, description):
        """Schedule a task on the transfer, unless it exists."""
        owner = self.exchange_id.integration_id.owner_id
        picking = self.exchange_id._document()
        picking._reliability_schedule_task(summary, description, owner)

    def _notify_of_tasks(self):
        """Return a notification about these parcels; ``None`` if there are none."""
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
                    "Odoo could not cancel %(parcels)s at %(carriers)s. A task on"
                    " %(transfers)s says what to do.",
                    parcels=", ".join(self.mapped("name")),
                    carriers=", ".join(self.integration_id.mapped("name")),
                    transfers=", ".join(
                        filter(None, self.exchange_id.mapped("res_name"))
                    ),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _assign_to_transfer(self):
        """Put this parcel's number on its transfer, and fetch its label."""
        picking = self.exchange_id._document()
        integration = self.exchange_id.integration_id
        names = {
            "carrier": integration.name,
            "parcel": self.name,
            "transfer": picking.name,
        }
        if current_number := picking.carrier_tracking_ref:
            raise UserError(
                self.env._(
                    "%(transfer)s has parcel %(current)s already. Cancel parcel"
                    " %(parcel)s at %(carrier)s instead.",
                    current=current_number,
                    **names,
                )
            )
        if picking.state == "cancel":
            raise UserError(
                self.env._(
                    "%(transfer)s is cancelled. Cancel its parcel %(parcel)s at"
                    " %(carrier)s.",
                    **names,
                )
            )
        picking.carrier_tracking_ref = self.name
        picking.message_post(
            body=self.env._(
                "This transfer uses parcel %(parcel)s of %(carrier)s. Odoo buys no"
                " other label.",
                **names,
            )
        )
        carriers = picking.env["delivery.carrier"]
        carrier = carriers._reliability_carrier_for(integration, picking)
        if not carrier._reliability_fetch_label(picking):
            owner = integration.owner_id
            picking._reliability_schedule_printing(self.name, integration.name, owner)
