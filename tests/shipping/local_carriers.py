"""Deliveries by carriers that Odoo calls over no network: a fixed price, and Mondial
Relay, whose parcels users enter on its website.
"""

from odoo import fields

from setup.shipping.deliveries import make_goods

_RELAY = {
    "id": "FR-012345",
    "name": "Tabac de la Gare",
    "street": "1 place de la Gare",
    "street2": "",
    "zip": "59000",
    "city": "Lille",
    "country_code": "fr",
}


def deliver(env, kind):
    """Sell a product, deliver it, and track its parcel.

    :param kind: ``fixed`` or ``mondialrelay``
    :return: the delivery's id and state, the price of the rate, and the tracking link
    """
    customer = env["res.partner"].create({"name": "Claire"})
    address, carrier = _CARRIERS[kind](env, customer)
    line = {"product_id": make_goods(env).id, "product_uom_qty": 1}
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "partner_shipping_id": address.id,
            "order_line": [fields.Command.create(line)],
        }
    )
    rate = carrier.rate_shipment(order)
    order.set_delivery_line(carrier, rate["price"])
    order.action_confirm()
    delivery = order.picking_ids
    delivery.number_of_packages = 1
    delivery.button_validate()
    delivery.carrier_tracking_ref = "12345678"
    return {
        "delivery": delivery.id,
        "state": delivery.state,
        "price": rate["price"],
        "link": carrier.get_tracking_link(delivery) or "",
    }


def _fixed(env, customer):
    service = env["product.product"].create({"name": "Freight", "type": "service"})
    carrier = env["delivery.carrier"].create(
        {
            "name": "Fixed price",
            "delivery_type": "fixed",
            "fixed_price": 7.0,
            "product_id": service.id,
            "tracking_url": "https://example.com/<shipmenttrackingnumber>",
        }
    )
    return customer, carrier


def _mondialrelay(env, customer):
    relay = customer._mondialrelay_search_or_create(_RELAY)
    return relay, env.ref("delivery_mondialrelay.delivery_carrier_mondialrelay_fr_nl")


_CARRIERS = {"fixed": _fixed, "mondialrelay": _mondialrelay}
