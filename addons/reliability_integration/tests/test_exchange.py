"""The promises of ``exchange``: what is asked is on record, whatever happens next."""

import contextlib
from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service import model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..ledger import transaction
from ..ledger.attempt import NullAttempt
from ..ledger.exchange import exchange
from .common import REFUSED, LedgerCase, refuse

EXCHANGE = "odoo.addons.reliability_integration.ledger.exchange"


@tagged("post_install", "-at_install")
class TestOnRecord(LedgerCase):
    """What was asked is on record before it is asked, and stays there."""

    def test_it_is_there_before_the_call_leaves(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            self.assertEqual(self.exchange()["state"], "open")
            (attempt,) = self.attempts()
            self.assertIsNone(attempt["outcome"])

    def test_what_is_committed_has_succeeded(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1", "tracking")
            self.assertEqual(self.exchange()["state"], "open", "not decided yet")
        found = self.exchange()
        self.assertEqual(found["state"], "succeeded")
        self.assertEqual(found["res_name"], self.id())
        self.assertEqual(found["attempt_count"], 1)
        self.assertEqual(self.references(), {"T1": "committed"})

    def test_what_the_counterpart_made_is_orphaned_where_we_undo(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            refuse("The printer is out of paper.")
        found = self.exchange()
        self.assertEqual((found["state"], found["orphan_count"]), ("failed", 1))
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_a_savepoint_that_is_undone_orphans_what_was_made_in_it(self):
        with self.committed() as env:
            with contextlib.suppress(UserError), env.cr.savepoint():
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created("T1")
                refuse("no")
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T2")
        self.assertEqual(self.exchange()["state"], "succeeded")
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "committed"})

    def test_what_was_made_is_known_although_the_next_step_failed(self):
        with self.assertRaises(KeyError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
                raise KeyError("pdf")
        self.assertEqual(self.references(), {"T1": "orphaned"})
        self.assertEqual(self.exchange()["state"], "failed")

    def test_a_question_is_answered_also_where_we_undo(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                pass
            refuse("no")
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_what_was_committed_inside_is_not_what_decides(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                env.cr.commit()
                attempt.created("T1")
            env.cr.rollback()
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_each_attempt_names_the_transaction_that_it_stands_in(self):
        def number(cr):
            cr.execute("SELECT pg_current_xact_id()::text")
            return cr.fetchone()[0]

        numbers = []
        with self.committed() as env:
            for end in (lambda: None, env.cr.commit, env.cr.rollback):
                with exchange(self.partner(env), "dhl", "label"):
                    pass
                numbers.append(number(env.cr))
                end()
            with exchange(self.partner(env), "dhl", "label"):
                env.cr.commit()
            numbers.append(number(env.cr))
        self.assertEqual([of["xact"] for of in self.attempts()], numbers)

    def test_its_number_is_asked_for_once(self):
        with (
            self.committed() as env,
            patch.object(transaction, "_ask", wraps=transaction._ask) as ask,
        ):
            for _label in range(2):
                with exchange(self.partner(env), "dhl", "label"):
                    pass
        self.assertEqual(ask.call_count, 1)

    def test_a_worker_that_died_is_found_out(self):
        with self.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            block = exchange(self.partner(env), "dhl", "label")
            block.__enter__()
            cr.rollback()
        self.die()
        self.find_out()
        self.assertEqual(self.exchange()["state"], "unknown")
        (attempt,) = self.attempts()
        self.assertEqual(
            (attempt["outcome"], attempt["transaction_state"]),
            ("unknown", "rolled_back"),
        )
        self.assertTrue(attempt["presumed"])

    def test_nothing_is_presumed_of_who_lives(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            self.find_out()
            self.assertEqual(self.exchange()["state"], "open")

    def test_what_was_presumed_is_corrected(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                env.cr.rollback()
                self.die()
                self.find_out()
                self.assertEqual(self.exchange()["state"], "unknown")
        (attempt,) = self.attempts()
        self.assertEqual(attempt["outcome"], "succeeded")

    @mute_logger("odoo.sql_db")
    def test_nothing_that_is_on_record_can_be_changed(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        for change in (
            "outcome = 'failed'",
            "message = 'x'",
            "transaction_state = 'rolled_back'",
        ):
            with self.assertRaises(psycopg2.Error), self.cursor() as cr:
                cr.execute(f"UPDATE reliability_attempt SET {change}")


@tagged("post_install", "-at_install")
class TestTries(LedgerCase):
    """Tries of the same thing are one exchange."""

    def fail(self, message="no", **options):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label", **options) as attempt:
                attempt.called(REFUSED)
                refuse(message)

    def succeed(self, **options):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label", **options):
                pass

    def test_the_first_error_is_never_overwritten(self):
        self.fail("first")
        self.fail("second")
        self.succeed()
        found = self.exchange()
        self.assertEqual(found["first_error"], "first")
        self.assertEqual(found["last_error"], "second")
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 3))

    def test_what_has_succeeded_is_asked_anew(self):
        self.succeed()
        self.succeed()
        self.assertEqual([of["attempt_count"] for of in self.exchanges()], [1, 1])

    def test_two_of_the_same_in_one_transaction_are_two(self):
        with self.committed() as env:
            for name in ("T1", "T2"):
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created(name)
        self.assertEqual(len(self.exchanges()), 2)
        self.assertEqual(self.references(), {"T1": "committed", "T2": "committed"})

    def test_a_second_try_in_one_transaction_is_a_try(self):
        with self.committed() as env:
            for _try in range(3):
                with contextlib.suppress(UserError):
                    with exchange(self.partner(env), "dhl", "label") as attempt:
                        attempt.called(REFUSED)
                        refuse("repeatable")
        self.assertEqual(self.exchange()["attempt_count"], 3)

    def test_a_key_tells_apart_what_is_about_the_same_record(self):
        self.fail(key="order 1")
        self.fail(key="order 2")
        self.fail(key="order 1")
        self.assertEqual([of["attempt_count"] for of in self.exchanges()], [2, 1])

    def test_records_of_each_try_are_new_and_the_exchange_is_one(self):
        def ask(env, tries):
            partner = env["res.partner"].create({"name": "new"})
            with exchange(partner, "dhl", "label") as attempt:
                attempt.created(f"T{tries}")

        self.try_twice(ask)
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 2))
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "committed"})

    def test_it_waits_for_another_try_that_follows(self):
        states = []

        def ask(env, _tries):
            states.extend(of["state"] for of in self.exchanges())
            with exchange(self.partner(env), "dhl", "label"):
                pass

        self.try_twice(ask)
        self.assertEqual(states, ["retrying"])

    def try_twice(self, ask):
        """Do something in a request whose first try meets another transaction."""
        tries = []
        change = "UPDATE res_partner SET comment = %s WHERE id = %s"

        def business():
            tries.append(1)
            ask(env, len(tries))
            if len(tries) == 1:
                with self.cursor() as other:
                    other.execute(change, ["first", self.partner_id])
                env.cr.execute(change, ["second", self.partner_id])

        with self.cursor() as cr, mute_logger("odoo.sql_db", "odoo.service.model"):
            env = api.Environment(cr, SUPERUSER_ID, {})
            model.retrying(business, env)
        self.assertEqual(len(tries), 2)

    def test_tries_of_a_job_are_one_exchange(self):
        for n in range(2):
            with contextlib.suppress(UserError), self.committed() as env:
                partner = env["res.partner"].create({"name": f"of try {n}"})
                partner = partner.with_context(job_uuid="job-1")
                with exchange(partner, "dhl", "label") as attempt:
                    attempt.called(REFUSED)
                    refuse("later")
        self.assertEqual(self.exchange()["attempt_count"], 2)
        self.assertEqual({of["job"] for of in self.attempts()}, {"job-1"})

    def test_a_block_in_a_block_of_the_same_is_a_part_of_it(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as outer:
                with exchange(self.partner(env), "dhl", "label") as inner:
                    self.assertIs(inner, outer)
                with exchange(self.partner(env), "dhl", "login") as other:
                    self.assertIsNot(other, outer)
        asked = [of["operation"] for of in self.exchanges()]
        self.assertEqual(asked, ["label", "login"])


@tagged("post_install", "-at_install")
class TestOutcomes(LedgerCase):
    """How an attempt ended is what the counterpart can know of it."""

    def test_a_refusal_without_a_call_is_a_rejection(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                refuse("The address has no street.")
        self.assertEqual(self.exchange()["state"], "rejected")

    def test_a_refusal_while_a_call_failed_is_a_failure(self):
        with self.assertRaises(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.called(REFUSED)
                refuse("The carrier says no.")
        self.assertEqual(self.exchange()["state"], "failed")

    def test_who_is_told_so_fails_without_an_error(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "rate") as attempt:
                attempt.fail("no such service")
        found = self.exchange()
        self.assertEqual(found["state"], "failed")
        self.assertEqual(found["first_error"], "no such service")

    def test_contention_before_the_call_is_no_failure_of_theirs(self):
        with self.assertRaises(SerializationFailure), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                raise SerializationFailure()
        self.assertEqual([of["outcome"] for of in self.attempts()], ["rejected"])

    def test_attempts_are_measured(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        ((of, event),) = self.measured()
        self.assertEqual(of.labels, ("integration_api", "dhl", "other", "label"))
        self.assertEqual(event.outcome, "success")


@tagged("post_install", "-at_install")
class TestNothingOfOursInTheWay(LedgerCase):
    """The business goes on as it would without the ledger."""

    def test_the_error_passes_as_it_is(self):
        error = ValueError("mine")
        with self.assertRaises(ValueError) as raised, self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                raise error
        self.assertIs(raised.exception, error)

    def test_no_statement_is_counted(self):
        with self.committed() as env:
            partner = self.partner(env)
            self.assertTrue(partner.name)
            before = env.cr.sql_log_count
            with exchange(partner, "dhl", "label"):
                pass
            self.assertEqual(env.cr.sql_log_count, before)

    def test_a_database_that_is_not_measured_has_no_ledger(self):
        with self.committed() as env, patch(f"{EXCHANGE}.is_measured") as measured:
            measured.return_value = False
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            self.assertIsInstance(attempt, NullAttempt)
        self.assertFalse(self.exchanges())

    @mute_logger("odoo.addons.reliability.instrumentation.guard")
    def test_a_failure_of_ours_is_not_the_business_s(self):
        for function in ("_tries", "_about", "start"):
            failing = patch(f"{EXCHANGE}.{function}", side_effect=RuntimeError("ours"))
            with self.subTest(function), self.committed() as env, failing:
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created("T1")
                self.assertIsInstance(attempt, NullAttempt)

    def test_rows_that_the_business_has_locked_are_not_waited_for(self):
        with self.committed() as env:
            lock = "SELECT FROM res_partner WHERE id = %s FOR UPDATE"
            env.cr.execute(lock, [self.partner_id])
            env.cr.execute("SELECT FROM res_company FOR UPDATE")
            with exchange(self.partner(env), "dhl", "label"):
                self.assertTrue(self.attempts(), "it is not on record until then")
        self.assertEqual(self.exchange()["state"], "succeeded")
