"""Secrets that a connector hands over with its data are not stored or logged."""

from unittest.mock import patch

import psycopg2

from odoo.tests import tagged

from ..ledger.connections import Connection
from ..ledger.exchange import exchange
from ..ledger.ledger import ledger
from .common import LedgerCase, refuse

LOGGER = "odoo.addons.reliability_integration.ledger.ledger"


@tagged("post_install", "-at_install")
class TestMasking(LedgerCase):
    """What is stored of an exchange can be read by every viewer of its company."""

    def created(self, name):
        """Record a reference, and return the names that are stored."""
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created(name, "tracking")
        return list(self.references())

    def request(self, key):
        """Record a call with a key that Odoo refuses, so that another may follow."""
        with self.assertRaisesRegex(Exception, "no"), self.committed() as env:
            with exchange(env["res.partner"], "dhl", "label", key=key):
                refuse()

    def test_the_name_of_a_reference_has_no_secret(self):
        self.assertEqual(
            self.created("https://dhl.example.com/label?id=7&token=x1y2"),
            ["https://dhl.example.com/label?id=7&token=***"],
        )

    def test_a_tracking_number_stays_though_it_looks_like_a_card(self):
        self.assertEqual(self.created("4111111111111111"), ["4111111111111111"])

    def test_a_key_has_no_secret(self):
        self.request("order 7 password=x1y2")
        found = self.exchange()
        self.assertNotIn("x1y2", found["identity"] + found["res_name"])
        self.assertIn("order 7", found["res_name"])

    def test_a_key_identifies_its_exchange_by_what_is_masked(self):
        for key in ("password=x1y2", "password=x1y2", "password=other3"):
            self.request(key)
        counts = [found["attempt_count"] for found in self.exchanges()]
        self.assertEqual(counts, [2, 1])

    def test_a_refusal_of_the_database_is_logged_without_its_data(self):
        error = psycopg2.OperationalError("Failing row contains (7, Ana, hunter2).")
        self.patch(ledger, "_next_report", 0.0)  # others may have failed a moment ago
        with patch.object(Connection, "execute", side_effect=error):
            with patch(f"{LOGGER}.store_message"), self.assertLogs(LOGGER) as logs:
                with self.committed() as env:
                    with exchange(self.partner(env), "dhl", "label"):
                        pass
        self.assertIn("Failing row", logs.output[0])
        self.assertNotIn("hunter2", "".join(logs.output))
