"""Exchanges that failed during an incident are in its timeline, by system and error."""

from datetime import datetime, timedelta

from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.api import Affected

NOON = datetime(2026, 3, 2, 12)


@tagged("-at_install", "post_install")
class TestTimeline(TransactionCase):
    def setUp(self):
        super().setUp()
        self.system = self.env["reliability.integration"].create(
            {"name": "Probe Parcels", "code": "probe_parcels", "kind": "carrier"}
        )

    def exchange(self, minutes, **values):
        """Make an exchange that failed some minutes after noon."""
        return self.env["reliability.exchange"].create(
            {
                "integration_id": self.system.id,
                "operation": "label",
                "state": "failed",
                "error_class": "503",
                "company_id": self.env.company.id,
                "warehouse": "WH",
                "started": NOON + timedelta(minutes=minutes),
                **values,
            }
        )

    def entries(self):
        """Return the entries of the hour after noon, at one warehouse."""
        site = self.env.company.id, "WH"
        affected = Affected(
            frozenset(["shipping"]),
            frozenset([site]),
            NOON,
            NOON + timedelta(hours=1),
        )
        found = self.env["reliability.health.provider"]._timeline(affected)
        return [entry for entry in found if entry.kind == "failure"]

    def test_an_entry_opens_as_many_exchanges_as_it_counts(self):
        failed = self.exchange(1) | self.exchange(5)
        self.exchange(-5)
        self.exchange(5, warehouse="B")
        self.exchange(5, state="succeeded")
        (entry,) = self.entries()
        self.assertEqual(
            entry.text[:50], "Probe Parcels: 2 exchanges failed from here until "
        )
        self.assertEqual(entry.moment, NOON + timedelta(minutes=1))
        opened = self.env["reliability.exchange"].search(entry.action["domain"])
        self.assertEqual(set(opened), set(failed))

    def test_other_errors_and_no_answer_have_their_own(self):
        self.exchange(1)
        self.exchange(2, state="unknown", error_class=False)
        self.assertEqual(
            [entry.text for entry in self.entries()],
            [
                "Probe Parcels: 1 exchange failed (503)",
                "Probe Parcels: 1 exchange failed (no answer)",
            ],
        )
