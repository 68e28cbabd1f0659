"""What the ledger presumes where a worker does not report, and how it is corrected."""

import contextlib
import time
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import get_db_name, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.reliability.tests.internals import deliver_messages, outbox_in
from odoo.addons.reliability.tests.recordings import empty_folder

from ..ledger import ledger as module
from ..ledger.connections import Connection
from ..ledger.exchange import exchange, set_current_attempt
from ..ledger.ledger import ledger
from .common import LedgerCase, refuse


class PresumptionCase(LedgerCase):
    """A worker whose messages do not arrive."""

    def setUp(self):
        super().setUp()
        self.blocks = []
        self.folder = empty_folder(self)
        self.enterContext(outbox_in(self.folder))
        self.addCleanup(self.delete_reports)

    def attempt_of(self, cr):
        """Begin an attempt, and return its block."""
        env = api.Environment(cr, SUPERUSER_ID, {})
        block = exchange(self.partner(env), "dhl", "label")
        block.__enter__().created("T1")
        set_current_attempt(None)
        self.blocks.append(block)  # it would end with its last reference
        return block

    @contextlib.contextmanager
    def unreachable_ledger(self):
        """Let the ledger be unreachable: messages go to the outbox."""
        down = psycopg2.OperationalError("down")
        with (
            patch.object(Connection, "execute", side_effect=down),
            mute_logger(module.__name__),
        ):
            yield

    def found(self):
        """Return what the ledger has of the only attempt: its outcome, the state of its
        transaction, and the state of its exchange."""
        (attempt,) = self.attempts()
        return (
            attempt["outcome"],
            attempt["transaction_state"],
            self.exchange()["state"],
        )


@tagged("post_install", "-at_install")
class TestLiveWorkers(PresumptionCase):
    """Nothing is presumed of a worker that lives, however long a call takes."""

    def test_a_call_of_hours_by_a_live_worker_is_in_progress(self):
        self.report_worker(lives=True)
        with self.cursor() as cr:
            self.attempt_of(cr)
            cr.rollback()
            self.maintain_ledger(seconds=5 * 3600)
            self.assertEqual(self.found(), (None, None, "open"))

    def test_the_end_of_its_ledger_connection_means_nothing(self):
        self.report_worker(lives=True)
        with self.cursor() as cr:
            block = self.attempt_of(cr)
            cr.rollback()
            ledger.close()
            self.maintain_ledger()
            self.assertEqual(self.found(), (None, None, "open"))
            block.__exit__(None, None, None)
        self.assertEqual(self.found(), ("succeeded", "committed", "succeeded"))

    def test_a_worker_that_nobody_reports_has_an_hour(self):
        with self.cursor() as cr:
            self.attempt_of(cr)
            cr.rollback()
            self.maintain_ledger(seconds=3000)
            self.assertEqual(self.found(), (None, None, "open"))
            self.maintain_ledger(seconds=3600)
            self.assertEqual(self.found(), ("unknown", "rolled_back", "unknown"))
            (attempt,) = self.attempts()
            self.assertTrue(attempt["presumed"] and attempt["is_state_presumed"])
            self.assertIn("Nothing was heard", attempt["error_message"])

    def test_an_old_report_does_not_say_that_a_worker_lives(self):
        self.report_worker(lives=True, seconds_ago=3600)
        with self.cursor() as cr:
            self.attempt_of(cr)
            cr.rollback()
            self.maintain_ledger(seconds=2 * 3600)
        self.assertEqual(self.found()[0], "unknown")

    def test_nothing_is_presumed_while_a_message_waits_in_an_outbox(self):
        with self.cursor() as cr:
            self.attempt_of(cr)
            cr.rollback()
        (attempt,) = self.attempts()
        self.report_worker(lives=False, waiting=[attempt["uid"]])
        self.maintain_ledger()
        self.assertEqual(self.found(), (None, None, "open"))
        self.report_worker(lives=False)
        self.maintain_ledger()
        self.assertEqual(self.found(), ("unknown", "rolled_back", "unknown"))

    def test_attempts_in_progress_do_not_keep_others_from_being_decided(self):
        self.assert_decided_after(
            "database_identity, is_state_presumed", "'7/7', false"
        )

    def test_attempts_that_nobody_can_decide_do_not_either(self):
        self.assert_decided_after(
            "database_identity, outcome, transaction_state, transaction_id",
            "reliability_database_identity(), 'failed', 'unknown', '999999999999'",
        )

    def assert_decided_after(self, columns, values):
        """Assert that an attempt of a dead worker is decided although there are 1,001
        older ones with these values."""
        with self.cursor() as cr:
            cr.execute(
                SQL(
                    "INSERT INTO reliability_attempt"
                    f" (uid, exchange_id, started, worker, presumed, {columns})"
                    " SELECT 'u' || number, 0,"
                    f" now() AT TIME ZONE 'UTC' - interval '1 min', '', false, {values}"
                    " FROM generate_series(1, 1001) AS number"
                )
            )
        with self.cursor() as cr:
            self.attempt_of(cr)
            cr.rollback()
        self.report_worker(lives=False)
        self.maintain_ledger()
        self.assertEqual(self.attempts()[-1]["outcome"], "unknown")


@tagged("post_install", "-at_install")
class TestDeadWorkers(PresumptionCase):
    """What a dead worker cannot report is presumed, by what PostgreSQL knows."""

    def test_its_outcome_is_unknown(self):
        with self.cursor() as cr:
            self.attempt_of(cr)
            cr.rollback()
        self.report_worker(lives=False)
        self.maintain_ledger()
        self.assertEqual(self.found(), ("unknown", "rolled_back", "unknown"))
        (attempt,) = self.attempts()
        self.assertTrue(attempt["presumed"] and attempt["is_state_presumed"])
        self.assertIn("The worker died", attempt["error_message"])

    def test_it_is_unconfirmed_while_its_connection_lives_behind_a_pooler(self):
        with self.cursor() as cr:
            self.attempt_of(cr)
            self.report_worker(lives=False)
            self.maintain_ledger()
            self.assertEqual(self.found(), ("unknown", None, "unknown"))
        self.maintain_ledger()
        self.assertEqual(self.found(), ("unknown", "committed", "unknown"))

    def test_what_it_has_reported_is_decided_with_its_transaction(self):
        with self.cursor() as cr:
            block = self.attempt_of(cr)
            block.__exit__(None, None, None)
            with self.unreachable_ledger():
                cr.rollback()
        self.report_worker(lives=False)
        self.maintain_ledger()
        self.assertEqual(self.found(), ("succeeded", "rolled_back", "failed"))
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_without_a_transaction_nobody_knows_how_it_ended(self):
        with self.committed() as env, patch.object(type(env.cr), "readonly", True):
            self.attempt_of(env.cr)
        self.report_worker(lives=False)
        self.maintain_ledger()
        self.assertEqual(self.found(), ("unknown", "unknown", "unknown"))


@tagged("post_install", "-at_install")
class TestCorrections(PresumptionCase):
    """What is learned later corrects all that was presumed."""

    def test_a_success_in_another_transaction_than_the_presumed_one(self):
        with self.cursor() as cr:
            block = self.attempt_of(cr)
            cr.rollback()
            self.report_worker(lives=False)
            self.maintain_ledger()
            self.assertEqual(self.found(), ("unknown", "rolled_back", "unknown"))
            block.__exit__(None, None, None)
            self.assertEqual(self.found(), ("succeeded", None, "open"))
        self.assertEqual(self.found(), ("succeeded", "committed", "succeeded"))
        self.assertEqual(self.references(), {"T1": "committed"})
        (attempt,) = self.attempts()
        self.assertFalse(attempt["presumed"] or attempt["is_state_presumed"])
        self.assertFalse(attempt["error_message"])

    def test_the_last_message_comes_through_the_outbox(self):
        with self.cursor() as cr:
            block = self.attempt_of(cr)
            cr.rollback()
            self.report_worker(lives=False)
            self.maintain_ledger()
            with self.unreachable_ledger():
                block.__exit__(None, None, None)
                cr.commit()  # pylint: disable=invalid-commit
        deliver_messages(self.folder)
        self.assertEqual(self.found(), ("succeeded", "committed", "succeeded"))
        self.assertEqual(self.references(), {"T1": "committed"})

    def test_a_rolled_back_savepoint_of_a_committed_transaction(self):
        with self.committed() as env:
            with contextlib.suppress(UserError), env.cr.savepoint():
                self.attempt_of(env.cr).__exit__(None, None, None)
                down = self.unreachable_ledger()
                down.__enter__()
                refuse()
            down.__exit__(None, None, None)
        self.maintain_ledger()
        self.assertEqual(self.references(), {"T1": "committed"})
        deliver_messages(self.folder)
        self.assertEqual(self.found(), ("succeeded", "rolled_back", "failed"))
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_what_a_person_has_decided_stays(self):
        with self.cursor() as cr:
            block = self.attempt_of(cr)
            block.__exit__(None, None, None)
            with self.unreachable_ledger():
                cr.rollback()
        self.maintain_ledger()
        with self.cursor() as cr:
            cr.execute("UPDATE reliability_reference SET state = 'cancelled'")
        deliver_messages(self.folder)
        self.assertEqual(self.references(), {"T1": "cancelled"})


@tagged("post_install", "-at_install")
class TestClocks(PresumptionCase):
    """Ages are those of the database's clock, whatever the clock of a host says."""

    def clock(self, hours):
        """Set the clock of this host."""
        real = time.time
        return patch("time.time", lambda: real() + hours * 3600)

    def age(self):
        """Return how long ago the last attempt started, in minutes."""
        rows = self.rows(
            "SELECT extract(epoch FROM now() AT TIME ZONE 'UTC' - started) / 60 AS age"
            " FROM reliability_attempt ORDER BY id"
        )
        return round(rows[-1]["age"])

    def test_attempts_start_by_the_clock_of_the_database(self):
        for hours in (-2, 2):
            with self.subTest(hours), self.clock(hours), self.committed() as env:
                self.attempt_of(env.cr).__exit__(None, None, None)
                self.assertEqual(self.age(), 0)
                self.assertEqual(
                    self.exchanges()[-1]["started"], self.attempts()[-1]["started"]
                )

    def test_messages_in_the_outbox_keep_their_age(self):
        with self.clock(-2), self.unreachable_ledger(), self.committed() as env:
            self.attempt_of(env.cr).__exit__(None, None, None)
        with self.clock(-1):  # an hour later
            deliver_messages(self.folder)
        self.assertEqual(self.age(), 60)

    def test_dead_workers_are_found_on_a_host_whose_clock_is_ahead_or_behind(self):
        for hours in (-2, 2):
            with self.subTest(hours), self.clock(hours), self.cursor() as cr:
                self.attempt_of(cr)
                cr.rollback()
                self.report_worker(lives=True)
                self.maintain_ledger()
                self.assertEqual(self.attempts()[-1]["outcome"], None)
                self.report_worker(lives=False)
                self.maintain_ledger()
                self.assertEqual(self.attempts()[-1]["outcome"], "unknown")


@tagged("post_install", "-at_install")
class TestOtherDatabases(PresumptionCase):
    """A message for a database that was restored since does not say what is there."""

    def attempt_in_the_outbox(self):
        with self.unreachable_ledger(), self.committed() as env:
            self.partner(env).comment = "changed"
            self.attempt_of(env.cr).__exit__(None, None, None)

    def restore(self, transaction_id):
        """Change the message as if its transaction had happened in another database."""
        (path,) = (self.folder / "outbox" / get_db_name()).iterdir()
        (found,) = self.rows(
            f"SELECT '{path.read_text('utf-8')}'::jsonb->>'transaction_id' AS id"
        )
        text = path.read_text("utf-8").replace(found["id"], transaction_id)
        path.write_text(text, "utf-8")

    def test_a_success_in_this_database_is_committed(self):
        self.attempt_in_the_outbox()
        deliver_messages(self.folder)
        self.assertEqual(self.exchanges()[-1]["state"], "succeeded")

    def test_a_success_before_anything_was_heard_of_the_database_is_unknown(self):
        with patch.object(ledger, "_identities", {}):
            self.attempt_in_the_outbox()
        deliver_messages(self.folder)
        self.assertEqual(self.found(), ("succeeded", "unknown", "unknown"))
        self.assertEqual(self.references(), {"T1": "open"})

    def test_a_success_in_the_database_before_is_unknown(self):
        with self.known_database("7/7"):
            self.attempt_in_the_outbox()
        deliver_messages(self.folder)
        self.maintain_ledger()
        self.assertEqual(self.found(), ("succeeded", "unknown", "unknown"))

    def test_a_commit_that_this_database_has_not_had_is_unknown(self):
        self.attempt_in_the_outbox()
        self.restore("999999999999")
        deliver_messages(self.folder)
        self.assertEqual(self.found(), ("succeeded", "unknown", "unknown"))

    def test_a_commit_that_was_rolled_back_in_this_database_is_unknown(self):
        with self.cursor() as cr:
            cr.execute("SELECT pg_current_xact_id()::text")
            (rolled_back,) = cr.fetchone()
            cr.rollback()
        self.attempt_in_the_outbox()
        self.restore(rolled_back)
        deliver_messages(self.folder)
        self.assertEqual(self.found(), ("succeeded", "unknown", "unknown"))
