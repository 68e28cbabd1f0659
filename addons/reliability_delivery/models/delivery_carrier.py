from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.reliability.api import instrumentation_of, mark_done, masked_logger
from odoo.addons.reliability_integration import SAFE, exchange

from ..provider_instrumentation import (
    LABEL_COPY,
    LOOK_UP,
    PROVIDER_METHODS,
    instrumented,
    system_code,
)

_logger = masked_logger(__name__)

BUILT_IN_TYPES = ("fixed", "base_on_rule")
"""Types of carriers whose price Odoo computes itself: they call no partner system."""


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    reliability_gives_label = fields.Boolean(
        string="Gives Labels",
        default=True,
        help="Each parcel comes with a label as a file. If the carrier gives a tracking"
        " number without a file, Odoo fetches the label, or schedules a task to print"
        " it. Switch this off for a carrier whose parcels need no label of its own.",
    )

    def _register_hook(self):
        """Instrument the providers' methods, outside all overrides of them."""
        result = super()._register_hook()
        cls, instrumentation = type(self), instrumentation_of(self.env.registry)
        for delivery_type in self._reliability_external_types():
            for suffix, provider_method in PROVIDER_METHODS.items():
                name = f"{delivery_type}_{suffix}"
                if callable(getattr(cls, name, None)):
                    layer = partial(_layer, cls, name, delivery_type, provider_method)
                    instrumentation.patch(cls, name, layer)
        return result

    def _unregister_hook(self):
        instrumentation_of(self.env.registry).unpatch(type(self))
        return super()._unregister_hook()

    @api.model
    def _reliability_external_types(self):
        """Return the types of carriers that call a partner system: type → label."""
        types = dict(self._fields["delivery_type"]._description_selection(self.env))
        return {
            delivery_type: label
            for delivery_type, label in types.items()
            if delivery_type not in BUILT_IN_TYPES
        }

    @api.model_create_multi
    def create(self, vals_list):
        carriers = super().create(vals_list)
        carriers._reliability_create_integrations()
        return carriers

    def write(self, vals):
        result = super().write(vals)
        if "delivery_type" in vals:
            self._reliability_create_integrations()
        return result

    def get_return_label(self, pickings, tracking_number=None, origin_date=None):
        if self.can_generate_return:  # else Odoo does nothing
            mark_done(pickings, "return_label")
        return super().get_return_label(pickings, tracking_number, origin_date)

    def cancel_shipment(self, pickings):
        mark_done(pickings.filtered("carrier_tracking_ref"), "shipment_cancellation")
        return super().cancel_shipment(pickings)

    def _reliability_create_integrations(self):
        """Create the partner systems of these carriers.

        A partner system that a user has created stays as it is.  One that the ledger
        has discovered gets the name of the carrier's type.
        """
        labels = self._reliability_external_types()
        names_by_code = {
            system_code(delivery_type): labels[delivery_type]
            for delivery_type in set(self.mapped("delivery_type"))
            if delivery_type in labels
        }
        integrations = self.env["reliability.integration"].sudo()
        # Price methods change the type of a carrier, and back, for each rate.
        if names_by_code.keys() <= integrations._named_codes():
            return
        existing = integrations.with_context(active_test=False).search(
            [("code", "in", list(names_by_code))]
        )
        service = self.env.ref(
            "reliability_delivery.service_shipping", raise_if_not_found=False
        )
        values = {"kind": "carrier", "service_id": service.id if service else False}
        for integration in existing.filtered("discovered"):
            integration.write({"name": names_by_code[integration.code], **values})
        existing_codes = existing.mapped("code")
        new = [
            {"code": code, "name": name, "sequence": 30, **values}
            for code, name in names_by_code.items()
            if code not in existing_codes
        ]
        try:
            with self.env.cr.savepoint():
                integrations.create(new)
        except (psycopg2.IntegrityError, ValidationError) as error:
            # Another transaction has created it.  Saving the carrier must not fail.
            _logger.warning("Partner systems of carriers were not created: %s", error)

    def _reliability_lists_parcels(self):
        """Return whether the provider can list the parcels of a transfer.

        One that can implements ``<its type>_find_parcels(picking)``, which returns
        tracking numbers, or a dict of tracking number → price.
        """
        return callable(getattr(self, f"{self.delivery_type}_find_parcels", None))

    def _reliability_find_parcels(self, picking):
        """Request from the carrier the parcels that it has made for a transfer.

        :return: tracking number → price, ``None`` where the price is unknown; ``None``
            where the provider cannot list parcels, or the request fails
        """
        if not self._reliability_lists_parcels():
            return None
        find = getattr(self, f"{self.delivery_type}_find_parcels")
        parcels = self._reliability_try_request(picking, LOOK_UP, lambda: find(picking))
        if parcels is None or isinstance(parcels, dict):
            return parcels
        return dict.fromkeys(parcels)

    def _reliability_parcel_exists(self, picking, number):
        """Return whether the carrier has a parcel of a transfer.

        :return: ``None`` where the provider cannot list parcels, or the request fails
        """
        numbers = self._reliability_find_parcels(picking)
        return None if numbers is None else number in numbers

    def _reliability_fetch_label(self, picking):
        """Fetch the label of the parcel that a transfer has.

        A provider that can do so implements ``<its type>_get_label()`` on transfers, as
        OCA's connectors do.  It attaches the label to the transfer.

        :return: whether a label was attached
        """
        fetch = getattr(picking, f"{self.delivery_type}_get_label", None)
        if fetch is None:
            return False
        count_before = picking._reliability_count_files()
        self._reliability_try_request(picking, LABEL_COPY, fetch)
        return picking._reliability_count_files() > count_before

    def _reliability_try_request(self, picking, operation, request):
        """Run a safe request whose failure must not stop the caller.

        :param request: a function without arguments
        :return: its result; ``None`` where it fails
        """
        code = system_code(self.delivery_type)
        try:
            with (
                picking.env.cr.savepoint(),
                exchange(picking, code, operation, repeatable=SAFE, only_if_sent=True),
            ):
                return request()
        except psycopg2.Error:
            raise  # Odoo retries the transaction, or has lost its database
        except Exception:
            _logger.info("%s: %s failed", code, operation, exc_info=True)
            return None

    def _reliability_cancel_parcel(self, picking):
        """Request from the carrier to cancel the parcel whose number a transfer has.

        :return: whether the provider has a method to do so
        """
        cancel = getattr(self, f"{self.delivery_type}_cancel_shipment", None)
        if cancel is None:
            return False
        cancel(picking)
        return True

    @api.model
    def _reliability_carrier_for(self, integration, picking):
        """Return a carrier that calls a partner system, for a transfer.

        The transfer's own carrier comes first; the result is empty where none fits.
        """
        own = picking.carrier_id
        if own and system_code(own.delivery_type) == integration.code:
            return own
        types = [
            delivery_type
            for delivery_type in self._reliability_external_types()
            if system_code(delivery_type) == integration.code
        ]
        company = ("company_id", "in", [False, picking.company_id.id])
        return self.search([("delivery_type", "in", types), company], limit=1)


def _layer(cls, name, delivery_type, provider_method, method):
    """Return a provider's method, instrumented.

    One that the class inherits is looked up at each call.
    """
    behind = None if name in vars(cls) else (cls, name)
    return instrumented(delivery_type, provider_method, method, behind)
