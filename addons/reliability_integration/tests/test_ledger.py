"""The ledger as it is written: by every process, whatever is away or killed."""

import os
from unittest.mock import patch

import psycopg2

from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.collector import outbox
from odoo.addons.reliability.collector.connection import connected
from odoo.addons.reliability.tests.recordings import empty_folder, in_child

from ..ledger import connections
from ..ledger import ledger as module
from ..ledger.connections import Connection
from ..ledger.exchange import exchange
from ..ledger.ledger import ledger
from .common import LedgerCase

LOGGER = "odoo.addons.reliability_integration.ledger.ledger"


@tagged("post_install", "-at_install")
class TestAway(LedgerCase):
    """Where the database cannot take a note, a file does; the business goes on."""

    def setUp(self):
        super().setUp()
        self.folder = empty_folder(self)
        settings = self.enterContext(patch.object(outbox, "settings"))
        settings.return_value.telemetry_dir = self.folder

    def ask(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")

    def away(self, notes):
        """Let the database refuse some notes, by their number."""
        execute, calls = Connection.execute, []

        def refusing(connection, query, values):
            if module._FUNCTION in query:
                calls.append(1)
                if len(calls) - 1 in notes:
                    raise psycopg2.OperationalError("away")
            return execute(connection, query, values)

        return patch.object(Connection, "execute", refusing)

    def bring(self):
        with connected(get_db_name()) as connection:
            outbox.deliver(self.folder, get_db_name(), connection)

    @mute_logger(LOGGER)
    def test_nothing_is_lost_whichever_notes_are_refused(self):
        for notes in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
            with self.subTest(notes):
                with self.away(notes):
                    self.ask()
                self.bring()
                found = self.exchanges()[-1]
                self.assertEqual(found["state"], "succeeded")
                self.assertEqual(found["attempt_count"], 1)
                self.assertEqual(self.references(), {"T1": "committed"})
                self.assertEqual(outbox.databases(self.folder), set())
                with self.cursor() as cr:
                    cr.execute("DELETE FROM reliability_reference")

    def test_it_says_so_once(self):
        module.ledger._next_report = 0.0
        with self.assertLogs(LOGGER) as logs, self.away((0, 1, 2)):
            self.ask()
        self.assertEqual(len(logs.output), 1)

    @mute_logger(LOGGER)
    def test_a_full_disk_is_counted_and_the_business_goes_on(self):
        full = OSError(28, "No space left on device")
        with (
            self.away((0, 1, 2)),
            patch.object(module, "store_message", side_effect=full),
        ):
            self.ask()
        self.assertFalse(self.exchanges())

    @mute_logger(LOGGER)
    def test_notes_may_come_in_any_order_and_twice(self):
        with self.away((0, 1, 2)):
            self.ask()
        (path,) = (self.folder / "outbox" / get_db_name()).iterdir()
        note = path.read_text("utf-8")
        self.bring()
        path.write_text(note, "utf-8")
        self.bring()
        self.assertEqual(self.exchange()["attempt_count"], 1)
        self.assertEqual(self.references(), {"T1": "committed"})


@tagged("post_install", "-at_install")
class TestProcesses(LedgerCase):
    def test_a_forked_worker_has_a_connection_of_its_own(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass

        def child():
            assert not ledger._connections._by_db
            ledger.query(get_db_name(), "SELECT 1")

        self.assertEqual(in_child(child), 0)
        self.assertEqual(ledger.query(get_db_name(), "SELECT 1"), [(1,)])

    def test_a_connection_that_was_ended_is_made_again(self):
        ledger.query(get_db_name(), "SELECT 1")
        with self.cursor() as cr:
            cr.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'odoo reliability ledger'"
            )
        self.assertEqual(ledger.query(get_db_name(), "SELECT 1"), [(1,)])

    def test_it_is_not_asked_again_and_again_whether_it_is_there(self):
        connection = Connection("no_such_database")
        with self.assertRaises(psycopg2.OperationalError):
            connection.execute("SELECT 1", [])
        with patch.object(psycopg2, "connect") as connect:
            with self.assertRaises(Exception):  # noqa: B017 - whatever it is called
                connection.execute("SELECT 1", [])
        connect.assert_not_called()

    def test_a_connection_that_could_not_say_who_we_are_is_used_for_nothing(self):
        connection = Connection(get_db_name())
        self.addCleanup(connection.close)
        with (
            patch.object(connections, "_WHO_WE_ARE", "SELECT reliability_nowhere()"),
            patch.object(connections, "_SECONDS_BETWEEN_TRIES", 0.0),
            self.assertRaises(psycopg2.Error),
        ):
            connection.execute("SELECT 1", [])
        (found,) = connection.execute(
            "SELECT current_setting('statement_timeout'),"
            " current_setting('reliability.backend', true) <> ''",
            [],
        )
        self.assertEqual(found, ("2s", True))

    def test_nobody_is_told_that_the_machine_has_no_room_for_a_question(self):
        full = OSError(24, "Too many open files")
        with patch.object(psycopg2, "connect", side_effect=full):
            ledger.close()
            self.assertIsNone(ledger.ask(get_db_name(), "SELECT 1"))
        ledger._connections.of(get_db_name())._next_try = 0.0

    def test_tests_of_odoo_leave_nothing_in_the_ledger(self):
        ledger.writes_in_tests = False
        ledger.in_tests.clear()
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertFalse(self.exchanges())
        self.assertEqual(ledger.in_tests[-1]["outcome"], "succeeded")
        self.assertEqual(ledger.in_tests[-1]["transaction_state"], "committed")

    def test_a_cursor_that_may_not_write_has_a_ledger_too(self):
        with self.committed() as env:
            with patch.object(type(env.cr), "readonly", True):
                with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                    pass
        (attempt,) = self.attempts()
        self.assertIsNone(attempt["xact"])
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_this_process_is_named(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertEqual(self.attempts()[0]["pid"], os.getpid())
