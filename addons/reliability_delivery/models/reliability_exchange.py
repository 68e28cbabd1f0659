"""Labels of transfers: whether their carriers have parcels that Odoo does not know."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.reliability.api import formatting
from odoo.addons.reliability_integration import UNKNOWN

from ..provider_instrumentation import LABEL, TRACKING

_TRANSFER = "stock.picking"
MAY_EXIST = Domain("orphan_count", ">", 0) | (
    Domain("state", "=", UNKNOWN) & Domain("is_verified", "=", False)
)
"""The carrier has a parcel that Odoo did not save; or it did not answer, and nobody has
verified that it made none."""
UNSETTLED = MAY_EXIST | Domain("is_possibly_duplicated", "=", True)


class ReliabilityExchange(models.Model):
    _inherit = "reliability.exchange"

    def _is_about_parcel(self):
        """Return whether the carrier has, or may have, a parcel of a transfer that Odoo
        does not know.
        """
        return (
            self.res_model == _TRANSFER
            and self.operation == LABEL
            and (
                self.state == UNKNOWN
                or self.orphan_count > 0
                or self.is_possibly_duplicated
            )
        )

    def _transfer(self):
        """Return the transfer; none where it was deleted, or this is about another
        document.
        """
        return self._documents().get(_TRANSFER, self.env[_TRANSFER])

    def _explain(self):
        """Name the carrier, its parcels and the transfer."""
        transfer = self._transfer().sudo()
        if not transfer or not self._is_about_parcel():
            return super()._explain()
        if self.orphan_count:
            return self._explain_orphans(transfer)
        _ = self.env._
        names = {
            "carrier": self.integration_id.name,
            "transfer": transfer.name,
            "current": transfer.carrier_tracking_ref,
        }
        if self.is_possibly_duplicated:
            return _(
                "%(transfer)s may have two parcels at %(carrier)s; Odoo knows"
                " %(current)s. Search %(carrier)s for %(transfer)s, and cancel the"
                " other parcel, if there is one.",
                **names,
            )
        return _(
            "%(carrier)s did not answer for %(transfer)s: a parcel may exist. Search"
            " %(carrier)s for %(transfer)s before another label is bought.",
            **names,
        )

    def _explain_orphans(self, transfer):
        _ = self.env._
        names = self._names()
        names = {
            "carrier": names["system"],
            "parcels": names["references"],
            "transfer": transfer.name,
            "current": transfer.carrier_tracking_ref,
        }
        if transfer.state == "cancel":
            return _(
                "%(carrier)s has %(parcels)s for %(transfer)s, which is cancelled:"
                " cancel it at the carrier, too.",
                **names,
            )
        if transfer.carrier_tracking_ref:
            return _(
                "%(carrier)s has %(parcels)s for %(transfer)s, which uses parcel"
                " %(current)s: cancel %(parcels)s at the carrier.",
                **names,
            )
        if transfer.state == "done":
            return formatting.counted(
                self.orphan_count,
                _(
                    "%(carrier)s has parcel %(parcels)s for %(transfer)s, which Odoo"
                    " did not save: use it or cancel it.",
                    **names,
                ),
                _(
                    "%(carrier)s has parcels %(parcels)s for %(transfer)s, which Odoo"
                    " did not save: use one of them, and cancel the others.",
                    **names,
                ),
            )
        return formatting.counted(
            self.orphan_count,
            _(
                "%(carrier)s has parcel %(parcels)s for %(transfer)s, which is not"
                " validated: use it or cancel it.",
                **names,
            ),
            _(
                "%(carrier)s has parcels %(parcels)s for %(transfer)s, which is not"
                " validated: use one of them, and cancel the others.",
                **names,
            ),
        )

    def _needs_person(self):
        """Return whether only a person can find out what the carrier has."""
        carriers = self.env["delivery.carrier"]
        carrier = carriers._reliability_carrier_for(
            self.integration_id, self._transfer()
        )
        return not carrier._reliability_lists_parcels()

    def _open_resolve(self, **options):
        """Enter the number of the parcel where it is known."""
        orphans = self.sudo().reference_ids.filtered(
            lambda reference: reference.state == "orphaned"
        )
        if len(self) == 1 and len(orphans) == 1:
            options["number"] = orphans.name
        return super()._open_resolve(**options)

    def _reason_not_to_retry(self):
        """Name the carrier and its parcels where a retry would make another parcel."""
        reason = super()._reason_not_to_retry()
        if reason and self.orphan_count and self._transfer():
            return self._explain()
        return reason

    def _resolve(self, reason, was_done):
        """Demand the number of a parcel that exists: its transfer would buy another.

        :raise UserError: some are not answered, and their transfers have no parcel
        """
        if was_done:
            without_number = self.sudo().filtered(
                lambda exchange: exchange._would_buy_another()
            )
            if without_number:
                raise UserError(
                    self.env._(
                        "Open %(transfers)s one by one, and choose Resolve there: enter"
                        " the number of the parcel, or that there is none. Otherwise"
                        " Odoo would buy another.",
                        transfers=", ".join(without_number.mapped("res_name")),
                    )
                )
        return super()._resolve(reason, was_done)

    def _would_buy_another(self):
        return (
            self.operation == LABEL
            and self.state == UNKNOWN
            and self._transfer()._reliability_needs_parcel()
        )

    def _resolve_parcel(self, found, number, reason):
        """Do with a parcel what a person has found out about it.

        :param found: ``use`` it, ``cancel`` it, or there is ``none``
        :return: an action that says what is left to do, if anything is
        """
        # With a parcel of a later attempt, nothing is left to do.
        has_succeeded = self.state == "succeeded"
        if found == "none":
            orphans = self.sudo().reference_ids.filtered(
                lambda reference: reference.state == "orphaned"
            )
            orphans._decide("cancelled")
            self._resolve(reason, has_succeeded)
            return None
        parcel = self._find_or_create_orphan(number)
        if found == "use":
            parcel._adopt()
            self._resolve(reason, True)
            return None
        if answer := parcel._cancel_or_schedule():
            return answer
        if not self.orphan_count:
            self._resolve(reason, has_succeeded)
        return None

    def _find_or_create_orphan(self, number):
        """Return the orphan with a number that a person has entered.

        :raise UserError: Odoo uses this parcel already
        """
        ledger = self.sudo()
        existing = ledger.reference_ids.filtered(
            lambda reference: reference.name == number
        )
        if in_odoo := existing.filtered(lambda one: one.state != "orphaned"):
            if in_odoo[0].state != "cancelled":
                raise UserError(
                    self.env._(
                        "%(transfer)s uses parcel %(number)s already. Enter the number"
                        " of the other one.",
                        transfer=self.sudo().res_name,
                        number=number,
                    )
                )
            existing.state = "orphaned"
        elif not existing:
            unanswered = ledger.attempt_ids.filtered(
                lambda attempt: attempt.outcome == UNKNOWN
            )
            existing = ledger.reference_ids.create(
                {
                    "name": number,
                    "kind": TRACKING,
                    "exchange_id": self.id,
                    "attempt_id": (unanswered or ledger.attempt_ids)[:1].id,
                    "created": fields.Datetime.now(),
                    "state": "orphaned",
                }
            )
        self._count_orphans()
        return existing[0].with_env(self.env)
