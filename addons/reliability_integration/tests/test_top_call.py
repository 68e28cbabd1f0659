"""A failed call names the partner system that it was waiting for."""

from datetime import timedelta
from types import SimpleNamespace

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Series, StatusKey
from odoo.addons.reliability.tests.counting import NOON, CountedCase

from ..families import INTEGRATION


class SystemOfCallCase(CountedCase):
    """A call of an operation on a document, and two partner systems."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_operation()
        cls.partner = cls.env["res.partner"].create({"name": "Parcel"})
        cls.post, cls.mint = cls.env["reliability.integration"].create(
            [
                {"name": "Post", "code": "post_probe", "kind": "carrier"},
                {"name": "Mint", "code": "mint_probe", "kind": "carrier"},
            ]
        )

    def exchange(self, integration, when, outcome="failed", partner=None):
        """Store an exchange on a document, with one attempt."""
        exchange = self.env["reliability.exchange"].create(
            {
                "integration_id": integration.id,
                "operation": "label",
                "res_model": "res.partner",
                "res_id": (partner or self.partner).id,
                "company_id": self.env.company.id,
                "state": outcome,
                "started": when,
            }
        )
        self.env["reliability.attempt"].create(
            {
                "uid": f"probe-{exchange.id}",
                "exchange_id": exchange.id,
                "started": when,
                "outcome": outcome,
            }
        )
        self.env.flush_all()
        return exchange

    def call(self, seconds=2.0):
        """Return a call that failed after some seconds."""
        self.count(NOON, "failed", seconds=seconds, record_id=self.partner.id)
        calls = self.env["reliability.top.call"].with_user(self.user)
        return calls.search([("operation_id.code", "=", "probe")])


@tagged("post_install", "-at_install")
class TestSystemOfACall(SystemOfCallCase):
    def test_it_is_that_of_the_exchange_during_the_call(self):
        self.exchange(self.mint, NOON - timedelta(minutes=1))
        exchange = self.exchange(self.post, NOON - timedelta(seconds=1))
        call = self.call()
        self.assertEqual(call.integration_id, self.post)
        self.assertEqual(call.exchange_id, exchange)

    def test_of_several_it_is_the_one_that_was_not_done(self):
        self.exchange(self.post, NOON - timedelta(seconds=2))
        self.exchange(self.mint, NOON - timedelta(seconds=1), "succeeded")
        self.assertEqual(self.call().integration_id, self.post)

    def test_an_exchange_on_another_document_does_not_count(self):
        other = self.env["res.partner"].create({"name": "Other parcel"})
        self.exchange(self.post, NOON - timedelta(seconds=1), partner=other)
        self.assertFalse(self.call().integration_id)

    def test_calls_are_grouped_by_system(self):
        self.exchange(self.post, NOON - timedelta(seconds=1))
        groups = self.call().formatted_read_group(
            [("operation_id.code", "=", "probe")], ["integration_id"], ["__count"]
        )
        self.assertEqual(
            [(group["integration_id"][0], group["__count"]) for group in groups],
            [(self.post.id, 1)],
        )


@tagged("post_install", "-at_install")
class TestRootCause(SystemOfCallCase):
    """Calls that fail for a partner system have it as their root cause."""

    def cause(self):
        """Return the root cause of the failed calls, a minute later."""
        reason = {"kind": "failing", "family": "operation", "operation": "probe"}
        now = NOON + timedelta(minutes=1)
        key = StatusKey(self.service.id, self.env.company.id, "WH")
        with freeze_time(now):
            return self.env["reliability.diagnosis"]._find_root_cause(
                SimpleNamespace(reason=reason, is_shared=False), key, now
            )

    def attempts(self, **outcomes):
        """Count attempts at the post, for a service of their own."""
        labels = "elsewhere", self.post.code, "carrier", "label"
        series = Series(INTEGRATION.name, self.env.cr.dbname, labels, 1.0)
        for outcome, count in outcomes.items():
            self.record(series, NOON, *[outcome] * count)

    def test_it_is_the_system_that_most_of_them_were_waiting_for(self):
        """Also where most of its attempts succeed, and for another service."""
        self.exchange(self.post, NOON - timedelta(seconds=1))
        self.call()
        self.attempts(failed=2, success=18)
        cause = self.cause()
        self.assertEqual(cause["subject"], self.post.code)
        self.assertEqual((cause["part"], cause["whole"]), (2, 20))

    def test_none_if_they_were_waiting_for_none(self):
        self.call()
        self.attempts(failed=2, success=18)
        self.assertIsNone(self.cause())
