"""Carriers that Odoo calls over no network work unchanged and record no exchange."""

import pytest

from setup import postgres

PRICES = {"fixed": 7.0, "mondialrelay": 6.0}
LINKS = {
    "fixed": "https://example.com/",
    "mondialrelay": "https://www.mondialrelay.com",
}
EXCHANGES = """
    SELECT count(*) FROM reliability_exchange
     WHERE res_model = 'stock.picking' AND res_id = {}
"""
PARTNER_SYSTEMS = """
    SELECT count(*) FROM reliability_integration
     WHERE code IN ('fixed', 'base_on_rule', 'mondialrelay')
"""


@pytest.mark.parametrize("kind", sorted(PRICES))
def test_a_delivery_without_requests_records_no_exchange(
    shipping_driver, database, kind
):
    delivery = shipping_driver.run("deliver", kind)
    assert (delivery["state"], delivery["price"]) == ("done", PRICES[kind])
    assert delivery["link"].startswith(LINKS[kind])
    assert "12345678" in delivery["link"]
    exchanges = EXCHANGES.format(delivery["delivery"])
    assert postgres.psql(exchanges, database).strip() == "0"
    assert postgres.psql(PARTNER_SYSTEMS, database).strip() == "0"
