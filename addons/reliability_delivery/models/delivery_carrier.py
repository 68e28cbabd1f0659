import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.reliability_integration import SAFE, exchange

from ..provider_instrumentation import ASKED, LABEL_COPY, LOOK_UP, asking, code_of

_logger = logging.getLogger(__name__)

OF_ODOO = ("fixed", "base_on_rule")
"""Types by which Odoo reckons a price itself, and asks nobody."""


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _register_hook(self):
        """Put providers' methods on record, from outside all that extends them."""
        result = super()._register_hook()
        cls = type(self)
        for delivery_type in self._reliability_types():
            for what, asked in ASKED.items():
                name = f"{delivery_type}_{what}"
                method = getattr(cls, name, None)
                if callable(method) and not hasattr(method, "_reliability_asks"):
                    behind = None if name in vars(cls) else (cls, name)
                    wrapped = asking(delivery_type, asked, method, behind)
                    wrapped._reliability_asks = name
                    setattr(cls, name, wrapped)
        return result

    def _unregister_hook(self):
        result = super()._unregister_hook()
        cls = type(self)
        for name, method in list(vars(cls).items()):
            if getattr(method, "_reliability_asks", None) == name:
                delattr(cls, name)
        return result

    @api.model
    def _reliability_types(self):
        """Return the types of carriers that somebody outside stands for: a dict of
        what they are called."""
        types = dict(self._fields["delivery_type"]._description_selection(self.env))
        return {key: name for key, name in types.items() if key not in OF_ODOO}

    @api.model_create_multi
    def create(self, vals_list):
        carriers = super().create(vals_list)
        carriers._reliability_make_integrations()
        return carriers

    def write(self, vals):
        result = super().write(vals)
        if "delivery_type" in vals:
            self._reliability_make_integrations()
        return result

    def _reliability_make_integrations(self):
        """Let those who stand for these carriers be known as counterparts.

        Somebody may have named them already, or they may have appeared by themselves.
        """
        names = self._reliability_types()
        wanted = {
            code_of(kind): names[kind]
            for kind in set(self.mapped("delivery_type"))
            if kind in names
        }
        integrations = self.env["reliability.integration"].sudo()
        # Price methods change the type of a carrier, and back, for each rate.
        if wanted.keys() <= integrations._named_codes():
            return
        known = integrations.with_context(active_test=False).search(
            [("code", "in", list(wanted))]
        )
        service = self.env.ref("reliability.service_shipping", raise_if_not_found=False)
        values = {"kind": "carrier", "service_id": service.id if service else False}
        for integration in known.filtered("discovered"):
            integration.write({"name": wanted[integration.code], **values})
        new = [
            {"code": code, "name": name, "sequence": 30, **values}
            for code, name in wanted.items()
            if code not in known.mapped("code")
        ]
        try:
            with self.env.cr.savepoint():
                integrations.create(new)
        except (psycopg2.IntegrityError, ValidationError) as error:
            # It appeared at this moment; a carrier is worth more than its counterpart.
            _logger.warning("Counterparts of carriers are not made: %s", error)

    def _reliability_find_parcels(self, picking):
        """Ask the carrier which parcels it has made for a transfer.

        A provider that can tell implements ``<its type>_find_parcels(picking)``, which
        returns tracking numbers, or a dict of them with their prices.

        :return: tracking numbers → prices, ``None`` where they are not known; ``None``
            where the carrier cannot be asked
        """
        find = getattr(self, f"{self.delivery_type}_find_parcels", None)
        if find is None:
            return None
        parcels = find(picking)
        return parcels if isinstance(parcels, dict) else dict.fromkeys(parcels)

    def _reliability_still_has(self, picking, number):
        """Ask the carrier whether it has a parcel of a transfer.

        :return: ``None`` where it cannot be asked, or does not answer
        """
        numbers = self._reliability_ask_aside(
            picking, LOOK_UP, lambda: self._reliability_find_parcels(picking)
        )
        return None if numbers is None else number in numbers

    def _reliability_fetch_label(self, picking):
        """Fetch the label of the parcel that a transfer has.

        A provider that can do so implements ``<its type>_get_label()`` on transfers, as
        OCA's do, which attaches it there.

        :return: whether there is one now
        """
        fetch = getattr(picking, f"{self.delivery_type}_get_label", None)
        if fetch is None:
            return False
        documents = [("res_model", "=", picking._name), ("res_id", "=", picking.id)]
        attachments = self.env["ir.attachment"].sudo()
        before = attachments.search_count(documents)
        self._reliability_ask_aside(picking, LABEL_COPY, fetch)
        return attachments.search_count(documents) > before

    def _reliability_ask_aside(self, picking, operation, ask):
        """Ask the carrier something that is good to know and not worth failing for.

        :return: what it answers; ``None`` if it does not
        """
        code = code_of(self.delivery_type)
        try:
            with (
                picking.env.cr.savepoint(),
                exchange(picking, code, operation, repeatable=SAFE, only_if_sent=True),
            ):
                return ask()
        except psycopg2.Error:
            raise  # Odoo tries again, or has lost its database
        except Exception:
            _logger.info("%s: %s was not answered", code, operation, exc_info=True)
            return None

    def _reliability_cancel(self, picking):
        """Ask the carrier to cancel the parcel whose number a transfer has now.

        :return: whether there is a method to do so
        """
        cancel = getattr(self, f"{self.delivery_type}_cancel_shipment", None)
        if cancel is None:
            return False
        cancel(picking)
        return True

    @api.model
    def _reliability_of(self, integration, picking):
        """Return a carrier by which a counterpart can be asked about a transfer."""
        own = picking.carrier_id
        if own and code_of(own.delivery_type) == integration.code:
            return own
        kinds = [
            of for of in self._reliability_types() if code_of(of) == integration.code
        ]
        company = ("company_id", "in", [False, picking.company_id.id])
        return self.search([("delivery_type", "in", kinds), company], limit=1)
