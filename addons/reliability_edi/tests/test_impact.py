"""EDI documents that failed or became late in an incident are its impact."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.api import Affected


@tagged("-at_install", "post_install")
class TestImpact(TransactionCase):
    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        self.documents = self.env["reliability.edi.document"]
        self.documents.search([]).unlink()
        self.now = fields.Datetime.now()

    def document(self, state, ago, **values):
        """Make a document that was received so many minutes ago."""
        received = self.now - timedelta(minutes=ago)
        return self.documents.create(
            {
                "record_id": ago,
                "state": state,
                "direction": "in",
                "received": received,
                "company_id": self.env.company.id,
                **values,
            }
        )

    def impacts(self, service="edi"):
        """Return what an incident of the last hour affects."""
        affected = Affected(
            frozenset([service]),
            frozenset([(self.env.company.id, "")]),
            self.now - timedelta(hours=1),
            self.now,
        )
        found = self.provider._impacts(affected)
        return [impact for impact in found if impact.kind == "documents"]

    def test_it_opens_as_many_documents_as_it_counts(self):
        failed = self.document("failed", 10)
        waiting = self.document("waiting", 150)
        awaiting = self.document(
            "awaiting", 170, acknowledgement_due=self.now - timedelta(minutes=5)
        )
        self.document("failed", 90)
        self.document("waiting", 20)
        self.document("done", 11)
        (impact,) = self.impacts()
        text, action = self.provider._describe_impact(impact)
        self.assertEqual(text, "3 EDI documents failed or late")
        self.assertEqual(
            set(self.documents.search(action["domain"])),
            {failed, waiting, awaiting},
        )

    def test_other_services_are_not_affected(self):
        self.document("failed", 10)
        self.assertFalse(self.impacts(service="shipping"))
