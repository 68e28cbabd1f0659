"""An exchange is delivered, or it is not: by the states of the ledger."""

from odoo.tests import tagged

from odoo.addons.reliability_slo.tests.test_counting import MINUTE, NOON

from .exchanges import BEGIN, ExchangeCase


@tagged("-at_install", "post_install")
class TestDelivered(ExchangeCase):
    def assert_counted(self, good, total):
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (good, total))

    def test_what_succeeded_was_delivered(self):
        self.succeed("order 1")
        self.assert_counted(1, 1)

    def test_of_a_company_that_is_left_out_nothing_counts(self):
        left_out = self.env["res.company"].create({"name": "No business"})
        left_out.reliability_left_out = True
        together = self.make_objective(code="together", split="none")
        self.succeed("order 1")
        self.refuse("order 2", company=left_out.id)
        self.assert_counted(1, 1)
        self.assertEqual(self.sums(together), (1, 1))

    def test_what_failed_was_not(self):
        self.refuse("order 1")
        self.assert_counted(0, 1)

    def test_an_exchange_counts_once_however_many_attempts_it_takes(self):
        self.refuse("order 1", retried=True)
        self.succeed("order 1", number=2, when=BEGIN + MINUTE)
        self.assert_counted(1, 1)

    def test_what_is_in_progress_or_waits_for_a_retry_does_not_count_yet(self):
        self.attempt("order 1")
        self.attempt("order 2", "succeeded")
        self.refuse("order 3", retried=True)
        self.assert_counted(0, 0)

    def test_what_was_not_answered_is_bad_until_more_is_known(self):
        self.attempt("order 1", "unknown", "rolled_back")
        self.assert_counted(0, 1)

    def test_what_odoo_refused_was_not_sent_and_does_not_count(self):
        self.attempt("order 1", "rejected", "rolled_back")
        self.assert_counted(0, 0)

    def test_what_odoo_refused_after_it_had_failed_was_not_delivered(self):
        self.refuse("order 1")
        self.attempt(
            "order 1", "rejected", "rolled_back", number=2, when=BEGIN + MINUTE
        )
        self.assert_counted(0, 1)

    def test_what_was_done_there_and_rolled_back_here_was_not_delivered(self):
        self.attempt("order 1", "succeeded", "rolled_back", references=["P1"])
        self.assert_counted(0, 1)


@tagged("-at_install", "post_install")
class TestResolvedByPeople(ExchangeCase):
    def resolve(self, exchange, was_done=True):
        exchange._resolve("seen there", was_done)

    def assert_restated(self, good, total):
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(), (good, total))

    def test_what_was_done_though_nobody_answered_was_delivered(self):
        exchange = self.attempt("order 1", "unknown", "rolled_back")
        self.evaluate(NOON + MINUTE)
        self.resolve(exchange)
        self.assert_restated(1, 1)

    def test_what_was_not_done_was_not_delivered(self):
        exchange = self.attempt("order 1", "unknown", "rolled_back")
        self.evaluate(NOON + MINUTE)
        self.resolve(exchange, was_done=False)
        self.assert_restated(0, 1)

    def test_what_was_refused_and_is_not_needed_any_more_was_not_delivered(self):
        exchange = self.refuse("order 1")
        self.evaluate(NOON + MINUTE)
        self.resolve(exchange)
        self.assert_restated(0, 1)

    def test_a_parcel_that_a_person_enters_in_odoo_was_delivered(self):
        exchange = self.attempt("order 1", "succeeded", "rolled_back", references=["P"])
        self.evaluate(NOON + MINUTE)
        exchange.reference_ids.action_adopted()
        self.assert_restated(1, 1)

    def test_a_parcel_that_a_person_cancels_there_was_not(self):
        exchange = self.attempt("order 1", "succeeded", "rolled_back", references=["P"])
        self.evaluate(NOON + MINUTE)
        exchange.reference_ids.action_cancelled()
        self.resolve(exchange)
        self.assert_restated(0, 1)

    def test_the_number_of_a_second_parcel_that_is_cancelled_changes_nothing(self):
        self.attempt("order 1", "succeeded", "rolled_back", references=["P1"])
        second = {"number": 2, "when": BEGIN + MINUTE, "references": ["P2"]}
        exchange = self.succeed("order 1", **second)
        exchange.reference_ids.filtered(
            lambda reference: reference.state == "orphaned"
        ).action_cancelled()
        self.resolve(exchange)
        self.assert_restated(1, 1)
