"""The delivery method of checks over HTTP, and what becomes of its labels."""

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.reliability.api import masked_logger, unmeasured

_logger = masked_logger(__name__)
_RATE, _LABEL = "rate_api", "label_api"
_ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id", "phone")
_WITHOUT_LABELS = ("fixed", "base_on_rule")


class ReliabilitySyntheticCompany(models.Model):
    _inherit = "reliability.synthetic.company"
    _check_company_auto = True

    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery Method",
        ondelete="set null",
        check_company=True,
        domain="[('prod_environment', '=', False)]",
        help="Journeys with the steps Rate of the carrier and Label of the carrier ask"
        " it, in its test environment: never one in production.",
    )

    @api.constrains("carrier_id")
    def _check_carrier(self):
        """Check that the delivery method can be asked, and buys no labels.

        :raise ValidationError: it is archived, or in production
        """
        _ = self.env._
        for carrier in self.sudo().carrier_id:
            if not carrier.active:
                raise ValidationError(
                    _(
                        "The delivery method %(carrier)s is archived: restore it, or"
                        " choose another one in Reliability › Configuration › Synthetic"
                        " Company",
                        carrier=carrier.name,
                    )
                )
            if carrier.prod_environment:
                raise ValidationError(
                    _(
                        "The delivery method %(carrier)s is in production: a check"
                        " would buy a label. Choose one in its test environment",
                        carrier=carrier.name,
                    )
                )

    def write(self, vals):
        """Let administrators choose the delivery method; all else is made by Odoo.

        :raise AccessError: they write another field
        """
        if not self.env.su and vals.keys() - {"carrier_id"}:
            raise AccessError(
                self.env._("Only the delivery method of the synthetic company changes.")
            )
        result = super().write(vals)
        if vals.get("carrier_id"):
            for one in self:
                one._in_company()._prepare_parcels()
        return result

    def _prepare_parcels(self):
        """Give sender, receivers and product what carriers need for a label.

        A parcel goes from the address of the main company to the same address.
        """
        main = self.env.ref("base.main_company").sudo().partner_id
        address = main.read(_ADDRESS, load=None)[0]
        del address["id"]
        partners = self.company_id.partner_id | self.warehouse_id.partner_id
        (partners | self.partner_id | self.portal_user_id.partner_id).write(address)
        self.product_id.weight = self.product_id.weight or 1.0
        name = "number_of_packages"
        if name in self.env["stock.picking"]._fields:
            # OCA's delivery_package_number would ask for it in a dialog.
            defaults = self.env["ir.default"]
            defaults.set("stock.picking", name, 1, company_id=self.company_id.id)

    def _check_records(self):
        self._check_carrier()
        return super()._check_records()

    def _planned_steps(self, code):
        steps = super()._planned_steps(code)
        if not self.carrier_id and {_RATE, _LABEL}.intersection(steps):
            raise UserError(
                self.env._(
                    "The journey %(code)s asks a carrier: choose a delivery method in"
                    " Reliability › Configuration › Synthetic Company",
                    code=code,
                )
            )
        if _LABEL in steps and not self._has_labels():
            raise UserError(
                self.env._(
                    "The delivery method %(carrier)s makes no labels: choose one of a"
                    " carrier with Get Rate and Create Shipment in Reliability ›"
                    " Configuration › Synthetic Company, or delete the step from the"
                    " journey %(code)s",
                    carrier=self.carrier_id.name,
                    code=code,
                )
            )
        return steps

    def _has_labels(self):
        carrier = self.carrier_id
        is_shipping = carrier.integration_level == "rate_and_ship"
        return is_shipping and carrier.delivery_type not in _WITHOUT_LABELS

    def _values(self):
        values, carrier = super()._values(), self.carrier_id
        if not carrier:
            return values
        return values | {"carrier_id": carrier.id, "carrier": carrier.name}

    @api.model
    def _before_clean_up(self, order):
        for delivery in order.picking_ids.filtered("carrier_tracking_ref"):
            self._cancel_label(delivery)
        return super()._before_clean_up(order)

    @api.model
    def _cancel_label(self, delivery):
        """Cancel the label of a delivery at its carrier; without one, it stays there.

        Carriers that do not answer must not stop the clean-up.
        """
        try:
            with unmeasured(), self.env.cr.savepoint():
                delivery.cancel_shipment()
        except psycopg2.OperationalError:
            raise  # Odoo retries the transaction, or has lost its database
        except Exception:
            _logger.warning(
                "The label of the synthetic delivery %s is not cancelled at its"
                " carrier",
                delivery.name,
                exc_info=True,
            )
