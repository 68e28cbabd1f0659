"""The carriers of the warehouse, one for each connector."""

_SERVICE = "Freight of simulated carriers"

CARRIERS = {
    "correos_express": {
        "name": "Correos Express",
        "correos_express_username": "shipper",
        "correos_express_password": "secret",
        "correos_express_customer_code": "555559999",
        "correos_express_sender_code": "P12345678",
        "correos_express_label_type": "1",
    },
    "dhl_parcel": {
        "name": "DHL Parcel",
        "dhl_parcel_customer_code": "001000",
        "dhl_parcel_incoterm": "CPT",
        "dhl_parcel_uid": "shipper",
        "dhl_parcel_password": "secret",
    },
    "mrw": {
        "name": "MRW",
        "mrw_username": "shipper",
        "mrw_password": "secret",
        "mrw_client_code": "008048",
        "mrw_franquicia_code": "00626",
    },
    "seur_atlas": {
        "name": "SEUR",
        "seur_atlas_vat": "B12345674",
        "seur_atlas_account_code": "01234-28",
        "seur_atlas_username": "shipper",
        "seur_atlas_password": "secret",
        "seur_atlas_secret": "secret",
        "seur_atlas_client": "client",
        "seur_atlas_service_code": "31",
        "seur_atlas_product_code": "2",
        # SEUR has no request for a price: its connector would raise an error.
        "price_method": "fixed",
    },
}
"""Type of carrier → the values of its fields."""


def find_or_create_carrier(env, kind):
    """Return the carrier of a type."""
    domain = [("name", "=", CARRIERS[kind]["name"]), ("delivery_type", "=", kind)]
    return env["delivery.carrier"].search(domain, limit=1) or _create(env, kind)


def _create(env, kind):
    return env["delivery.carrier"].create(
        {
            "delivery_type": kind,
            "integration_level": "rate_and_ship",
            "product_id": _service(env).id,
            **CARRIERS[kind],
        }
    )


def _service(env):
    products = env["product.product"]
    return products.search([("name", "=", _SERVICE)], limit=1) or products.create(
        {"name": _SERVICE, "type": "service", "list_price": 5}
    )
