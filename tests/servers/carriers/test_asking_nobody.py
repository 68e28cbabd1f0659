"""Odoo's own carriers work as before, and nothing is on record: nobody is asked."""

import pytest

from setup import postgres

PRICES = {"fixed": 7.0, "mondialrelay": 6.0}
LINKS = {
    "fixed": "https://example.com/",
    "mondialrelay": "https://www.mondialrelay.com",
}
ON_RECORD = "SELECT count(*) FROM reliability_exchange WHERE res_id = {}"
COUNTERPARTS = """
    SELECT count(*) FROM reliability_integration
     WHERE code IN ('fixed', 'base_on_rule', 'mondialrelay')
"""


@pytest.mark.parametrize("kind", sorted(PRICES))
def test_they_deliver_and_nothing_is_on_record(desk, database, kind):
    found = desk.ask("deliver", kind)
    assert (found["state"], found["price"]) == ("done", PRICES[kind])
    assert found["link"].startswith(LINKS[kind])
    assert "12345678" in found["link"]
    of_this = ON_RECORD.format(found["delivery"]) + " AND res_model = 'stock.picking'"
    assert postgres.psql(of_this, database).strip() == "0"
    assert postgres.psql(COUNTERPARTS, database).strip() == "0"
