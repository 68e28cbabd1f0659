"""``exchange``: each attempt is recorded, whatever happens next."""

import contextlib
from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service import model
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.api import unmeasured

from ..ledger import transaction
from ..ledger.attempt import NullAttempt
from ..ledger.exchange import exchange
from .common import REFUSED, LedgerCase, refuse

EXCHANGE = "odoo.addons.reliability_integration.ledger.exchange"


@tagged("post_install", "-at_install")
class TestUnmeasured(LedgerCase):
    """Of what is not measured, the ledger has no attempts."""

    def test_an_exchange_inside_is_not_recorded_and_one_after_it_is(self):
        with self.committed() as env:
            with unmeasured(), exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1", "tracking")
            self.assertEqual(self.exchanges(), [])
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T2", "tracking")
        self.assertEqual(self.references(), {"T2": "committed"})
        self.assertEqual(len(self.measured()), 1)

    def test_an_error_inside_is_raised_unchanged(self):
        for only_if_sent in (True, False):
            with self.assertRaises(KeyError), self.committed() as env, unmeasured():
                options = {"only_if_sent": only_if_sent}
                with exchange(self.partner(env), "dhl", "rate", **options):
                    raise KeyError
        self.assertEqual(self.exchanges(), [])

    def test_an_attempt_that_began_before_has_nothing_of_it(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as outer:
                with unmeasured(), exchange(self.partner(env), "dhl", "label") as inner:
                    inner.created("T1", "tracking")
                outer.created("T2", "tracking")
        self.assertEqual(self.exchange()["attempt_count"], 1)
        self.assertEqual(self.references(), {"T2": "committed"})

    def test_an_attempt_that_ends_inside_is_recorded(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                pass
            with unmeasured():
                env.cr.commit()
        self.assertEqual(self.exchange()["state"], "succeeded")


@tagged("post_install", "-at_install")
class TestRecord(LedgerCase):
    """An attempt is recorded before the call leaves, and stays recorded."""

    def test_an_attempt_is_recorded_before_the_call_leaves(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            self.assertEqual(self.exchange()["state"], "open")
            (attempt,) = self.attempts()
            self.assertIsNone(attempt["outcome"])

    def test_a_committed_attempt_has_succeeded(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1", "tracking")
            self.assertEqual(self.exchange()["state"], "open")
        found = self.exchange()
        self.assertEqual(found["state"], "succeeded")
        self.assertEqual(found["res_name"], self.id())
        self.assertEqual(found["attempt_count"], 1)
        self.assertEqual(self.references(), {"T1": "committed"})

    def test_a_rollback_orphans_references(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            refuse("The printer is out of paper.")
        found = self.exchange()
        self.assertEqual((found["state"], found["orphan_count"]), ("failed", 1))
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_the_rollback_of_a_savepoint_orphans_its_references(self):
        with self.committed() as env:
            with contextlib.suppress(UserError), env.cr.savepoint():
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created("T1")
                refuse("no")
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T2")
        self.assertEqual(self.exchange()["state"], "succeeded")
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "committed"})

    def test_references_are_recorded_if_a_later_step_fails(self):
        with self.assertRaises(KeyError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
                raise KeyError("pdf")
        self.assertEqual(self.references(), {"T1": "orphaned"})
        self.assertEqual(self.exchange()["state"], "failed")

    def test_a_safe_call_has_succeeded_also_after_a_rollback(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                pass
            refuse("no")
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_a_commit_inside_the_block_does_not_decide(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                env.cr.commit()
                attempt.created("T1")
            env.cr.rollback()
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_each_attempt_records_the_id_of_its_transaction(self):
        def current_id(cr):
            cr.execute("SELECT pg_current_xact_id()::text")
            return cr.fetchone()[0]

        ids = []
        with self.committed() as env:
            for end in (lambda: None, env.cr.commit, env.cr.rollback):
                with exchange(self.partner(env), "dhl", "label"):
                    pass
                ids.append(current_id(env.cr))
                end()
            with exchange(self.partner(env), "dhl", "label"):
                env.cr.commit()
            ids.append(current_id(env.cr))
        recorded = [attempt["transaction_id"] for attempt in self.attempts()]
        self.assertEqual(recorded, ids)

    def test_the_transaction_id_is_queried_once(self):
        with (
            self.committed() as env,
            patch.object(
                transaction, "_query_transaction", wraps=transaction._query_transaction
            ) as query,
        ):
            for _label in range(2):
                with exchange(self.partner(env), "dhl", "label"):
                    pass
        self.assertEqual(query.call_count, 1)

    @mute_logger("odoo.sql_db")
    def test_recorded_attempts_cannot_be_changed(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        for change in (
            "outcome = 'failed'",
            "error_message = 'x'",
            "transaction_state = 'rolled_back'",
        ):
            with self.assertRaises(psycopg2.Error), self.cursor() as cr:
                cr.execute(f"UPDATE reliability_attempt SET {change}")


@tagged("post_install", "-at_install")
class TestAttempts(LedgerCase):
    """Attempts with the same identity belong to one exchange."""

    def fail(self, message="no", **options):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label", **options) as attempt:
                attempt.add_call(REFUSED)
                refuse(message)

    def succeed(self, **options):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label", **options):
                pass

    def attempt_counts(self):
        return [exchange["attempt_count"] for exchange in self.exchanges()]

    def test_the_first_error_is_never_overwritten(self):
        self.fail("first")
        self.fail("second")
        self.succeed()
        found = self.exchange()
        self.assertEqual(found["first_error"], "first")
        self.assertEqual(found["last_error"], "second")
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 3))

    def test_after_a_success_a_new_exchange_begins(self):
        self.succeed()
        self.succeed()
        self.assertEqual(self.attempt_counts(), [1, 1])

    def test_two_successes_in_one_transaction_are_two_exchanges(self):
        with self.committed() as env:
            for name in ("T1", "T2"):
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created(name)
        self.assertEqual(len(self.exchanges()), 2)
        self.assertEqual(self.references(), {"T1": "committed", "T2": "committed"})

    def test_attempts_in_one_transaction_are_one_exchange(self):
        with self.committed() as env:
            for _attempt in range(3):
                with contextlib.suppress(UserError):
                    with exchange(self.partner(env), "dhl", "label") as attempt:
                        attempt.add_call(REFUSED)
                        refuse("repeatable")
        self.assertEqual(self.exchange()["attempt_count"], 3)

    def test_a_key_identifies_exchanges_of_the_same_record(self):
        self.fail(key="order 1")
        self.fail(key="order 2")
        self.fail(key="order 1")
        self.assertEqual(self.attempt_counts(), [2, 1])

    def test_attempts_with_new_records_each_are_one_exchange(self):
        def call(env, number):
            partner = env["res.partner"].create({"name": "new"})
            with exchange(partner, "dhl", "label") as attempt:
                attempt.created(f"T{number}")

        self.attempt_twice(call)
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 2))
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "committed"})

    def test_an_exchange_is_retrying_until_the_next_attempt(self):
        states = []

        def call(env, _number):
            states.extend(exchange["state"] for exchange in self.exchanges())
            with exchange(self.partner(env), "dhl", "label"):
                pass

        self.attempt_twice(call)
        self.assertEqual(states, ["retrying"])

    def attempt_twice(self, call):
        """Call in a request whose first attempt has a serialization failure."""
        attempts = []
        change = "UPDATE res_partner SET comment = %s WHERE id = %s"

        def business():
            attempts.append(1)
            call(env, len(attempts))
            if len(attempts) == 1:
                with self.cursor() as other:
                    other.execute(change, ["first", self.partner_id])
                env.cr.execute(change, ["second", self.partner_id])

        with self.cursor() as cr, mute_logger("odoo.sql_db", "odoo.service.model"):
            env = api.Environment(cr, SUPERUSER_ID, {})
            model.retrying(business, env)
        self.assertEqual(len(attempts), 2)

    def test_attempts_of_a_job_are_one_exchange(self):
        for number in range(2):
            with contextlib.suppress(UserError), self.committed() as env:
                partner = env["res.partner"].create({"name": f"attempt {number}"})
                partner = partner.with_context(job_uuid="job-1")
                with exchange(partner, "dhl", "label") as attempt:
                    attempt.add_call(REFUSED)
                    refuse("later")
        self.assertEqual(self.exchange()["attempt_count"], 2)
        self.assertEqual({attempt["job"] for attempt in self.attempts()}, {"job-1"})

    def test_a_block_inside_a_block_of_the_same_operation_is_part_of_it(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as outer:
                with exchange(self.partner(env), "dhl", "label") as inner:
                    self.assertIs(inner, outer)
                with exchange(self.partner(env), "dhl", "login") as other:
                    self.assertIsNot(other, outer)
        operations = [exchange["operation"] for exchange in self.exchanges()]
        self.assertEqual(operations, ["label", "login"])


@tagged("post_install", "-at_install")
class TestOutcomes(LedgerCase):
    """The outcome of an attempt is what the partner system can have done."""

    def test_a_refusal_without_a_call_is_rejected(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                refuse("The address has no street.")
        self.assertEqual(self.exchange()["state"], "rejected")

    def test_a_refusal_after_a_failed_call_has_failed(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.add_call(REFUSED)
                refuse("The carrier says no.")
        self.assertEqual(self.exchange()["state"], "failed")

    def test_a_reported_failure_without_an_error_has_failed(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "rate") as attempt:
                attempt.fail("no such service")
        found = self.exchange()
        self.assertEqual(found["state"], "failed")
        self.assertEqual(found["first_error"], "no such service")

    def test_contention_before_the_call_is_rejected(self):
        with self.assertRaises(SerializationFailure), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                raise SerializationFailure()
        self.assertEqual(
            [attempt["outcome"] for attempt in self.attempts()], ["rejected"]
        )

    def test_attempts_are_measured(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        ((series, event),) = self.measured()
        self.assertEqual(series.labels, ("integration_api", "dhl", "other", "label"))
        self.assertEqual(event.outcome, "success")


@tagged("post_install", "-at_install")
class TestIsolation(LedgerCase):
    """The ledger does not change what the business does."""

    def test_the_error_is_raised_unchanged(self):
        error = ValueError("mine")
        with self.assertRaises(ValueError) as raised, self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                raise error
        self.assertIs(raised.exception, error)

    def test_no_statement_of_the_caller_is_counted(self):
        with self.committed() as env:
            partner = self.partner(env)
            self.assertTrue(partner.name)
            before = env.cr.sql_log_count
            with exchange(partner, "dhl", "label"):
                pass
            self.assertEqual(env.cr.sql_log_count, before)

    def test_a_database_that_is_not_measured_records_nothing(self):
        with self.committed() as env, patch(f"{EXCHANGE}.is_measured") as measured:
            measured.return_value = False
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            self.assertIsInstance(attempt, NullAttempt)
        self.assertFalse(self.exchanges())

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_an_error_in_the_ledger_does_not_reach_the_business(self):
        for function in ("_retry_scope", "_describe", "start_attempt"):
            failing = patch(
                f"{EXCHANGE}.{function}", side_effect=RuntimeError("in the ledger")
            )
            with self.subTest(function), self.committed() as env, failing:
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created("T1")
                self.assertIsInstance(attempt, NullAttempt)

    def test_rows_that_the_business_has_locked_do_not_block(self):
        with self.committed() as env:
            lock = "SELECT FROM res_partner WHERE id = %s FOR UPDATE"
            env.cr.execute(lock, [self.partner_id])
            env.cr.execute("SELECT FROM res_company FOR UPDATE")
            with exchange(self.partner(env), "dhl", "label"):
                self.assertTrue(self.attempts(), "recorded before the COMMIT")
        self.assertEqual(self.exchange()["state"], "succeeded")
