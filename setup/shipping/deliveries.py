"""Orders with deliveries by a carrier, and the state of these deliveries."""

import base64

from odoo import fields

from .carriers import find_or_create_carrier

STOCK = 100_000
_GOODS = "Goods for simulated carriers"
_CUSTOMER = {
    "name": "Clara Núñez",
    "street": "Calle de Alcalá, 15",
    "street2": "2-1",
    "zip": "28014",
    "city": "Madrid",
    "phone": "+34 910 000 000",
    "email": "clara@example.com",
}
_WAREHOUSE = {
    "name": "Almacén de Getafe",
    "street": "Calle del Trabajo, 3",
    "zip": "28906",
    "city": "Getafe",
    "phone": "+34 910 000 001",
    "email": "almacen@example.com",
}


def make_delivery(env, kind, packages=1):
    """Return a delivery of a confirmed order, ready to be validated.

    :param kind: type of its carrier, see :data:`~.carriers.CARRIERS`
    :param packages: number of packages; without it, validation opens a dialog
    """
    delivery = make_order(env, kind).picking_ids
    delivery.action_assign()
    delivery.number_of_packages = packages
    return delivery


def make_order(env, kind, quantity=1):
    """Return a confirmed order with a carrier."""
    _prepare_warehouse(env)
    line = {"product_id": make_goods(env).id, "product_uom_qty": quantity}
    order = env["sale.order"].create(
        {
            "partner_id": _partner(env, _CUSTOMER).id,
            "carrier_id": find_or_create_carrier(env, kind).id,
            "order_line": [fields.Command.create(line)],
        }
    )
    order.action_confirm()
    return order


def make_goods(env):
    """Return a product with enough stock, created on the first call."""
    products = env["product.product"]
    if existing := products.search([("name", "=", _GOODS)], limit=1):
        return existing
    goods = products.create(
        {"name": _GOODS, "type": "consu", "is_storable": True, "weight": 1}
    )
    location = env.ref("stock.warehouse0").lot_stock_id
    env["stock.quant"]._update_available_quantity(goods, location, STOCK)
    return goods


def read_labels(delivery):
    """Return the names and contents of the labels of a delivery."""
    attachments = delivery.env["ir.attachment"].search(
        [("res_model", "=", delivery._name), ("res_id", "=", delivery.id)]
    )
    return [
        (attachment.name, base64.b64decode(attachment.datas or b""))
        for attachment in attachments
    ]


def read_delivery(delivery):
    """Return what users see of a delivery."""
    return {
        "state": delivery.state,
        "tracking": delivery.carrier_tracking_ref or "",
        "delivery_state": delivery.delivery_state or "",
        "tracking_state": delivery.tracking_state or "",
        "tasks": list(filter(None, delivery.activity_ids.mapped("summary"))),
        "labels": {
            name: content[:4].decode("latin1")
            for name, content in read_labels(delivery)
        },
    }


def _prepare_warehouse(env):
    """Place the warehouse in Spain, print labels on validation, and send no SMS.

    With SMS, validation opens a dialog, and Odoo then calls an SMS service.
    """
    warehouse = env.ref("stock.warehouse0")
    if warehouse.company_id.stock_text_confirmation:
        warehouse.company_id.stock_text_confirmation = False
    if not warehouse.out_type_id.print_label:
        warehouse.out_type_id.print_label = True
    if warehouse.partner_id.name != _WAREHOUSE["name"]:
        warehouse.partner_id = _partner(env, _WAREHOUSE)


def _partner(env, values):
    partners = env["res.partner"]
    existing = partners.search([("name", "=", values["name"])], limit=1)
    return existing or partners.create({**values, "country_id": env.ref("base.es").id})
