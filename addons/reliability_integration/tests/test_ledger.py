"""Writing the ledger: from each process, and while PostgreSQL is not available."""

import contextlib
import os
import socket
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.tests.internals import (
    deliver_messages,
    has_messages,
    outbox_in,
)
from odoo.addons.reliability.tests.recordings import empty_folder, run_in_child

from ..ledger import connections
from ..ledger import ledger as module
from ..ledger.connections import Connection
from ..ledger.exchange import exchange
from ..ledger.ledger import ledger
from ..ledger.partner_systems import partner_systems
from .common import REFUSED, LedgerCase, refuse

LOGGER = "odoo.addons.reliability_integration.ledger.ledger"


@tagged("post_install", "-at_install")
class TestOutbox(LedgerCase):
    """A message that the database does not accept goes to the outbox."""

    def setUp(self):
        super().setUp()
        self.folder = empty_folder(self)
        self.enterContext(outbox_in(self.folder))

    def record(self):
        """Record an exchange."""
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")

    def refusing(self, numbers):
        """Let the database refuse some messages, by their number."""
        execute, calls = Connection.execute, []

        def execute_or_refuse(connection, query, values):
            if module._FUNCTION in query:
                calls.append(1)
                if len(calls) - 1 in numbers:
                    raise psycopg2.OperationalError("refused")
            return execute(connection, query, values)

        return patch.object(Connection, "execute", execute_or_refuse)

    @mute_logger(LOGGER)
    def test_no_message_is_lost_whichever_are_refused(self):
        for numbers in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
            with self.subTest(numbers):
                with self.refusing(numbers):
                    self.record()
                deliver_messages(self.folder)
                found = self.exchanges()[-1]
                self.assertEqual(found["state"], "succeeded")
                self.assertEqual(found["attempt_count"], 1)
                self.assertEqual(self.references(), {"T1": "committed"})
                self.assertFalse(has_messages(self.folder))
                with self.cursor() as cr:
                    cr.execute("DELETE FROM reliability_reference")

    @mute_logger(LOGGER)
    def test_text_that_cannot_be_stored_is_replaced_and_refuses_no_message(self):
        for numbers in ((), (0, 1, 2)):
            with self.subTest(numbers):
                with contextlib.suppress(UserError), self.refusing(numbers):
                    with self.committed() as env:
                        block = exchange(
                            self.partner(env), "dhl", "label\0", key="order \ude00"
                        )
                        with block as attempt:
                            attempt.created("T\ud83d", "tracking\0")
                        refuse("half an emoji \ud83d")
                deliver_messages(self.folder)
                found = self.exchanges()[-1]
                self.assertEqual(found["operation"], "label\ufffd")
                self.assertEqual((found["state"], found["orphan_count"]), ("failed", 1))
                self.assertEqual(self.references(), {"T\ufffd": "orphaned"})
                self.assertFalse(has_messages(self.folder))
                with self.cursor() as cr:
                    cr.execute("DELETE FROM reliability_reference")

    def test_an_answer_with_half_an_emoji_is_recorded(self):
        with contextlib.suppress(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.stores_excerpts = True
                attempt.add_call(REFUSED)
                attempt.add_excerpt("{}", '{"error": "\ud83d\0"}')
                refuse("400: \ud83d\0")
        self.assertEqual(self.exchange()["first_error"], "400: \ufffd\ufffd")
        self.assertEqual(self.attempts()[0]["answer"], '{"error": "\ufffd\ufffd"}')

    def test_a_host_of_any_name_becomes_a_partner_system(self):
        partner_systems.discover(get_db_name(), "a\ud83d\0.example.com")
        (system,) = self.rows("SELECT name FROM reliability_integration")
        self.assertEqual(system["name"], "a\ufffd\ufffd.example.com")

    def test_it_is_logged_once(self):
        module.ledger._next_report = 0.0
        with self.assertLogs(LOGGER) as logs, self.refusing((0, 1, 2)):
            self.record()
        self.assertEqual(len(logs.output), 1)

    @mute_logger(LOGGER)
    def test_a_full_disk_is_counted_and_the_business_goes_on(self):
        full = OSError(28, "No space left on device")
        with (
            self.refusing((0, 1, 2)),
            patch.object(module, "store_message", side_effect=full),
        ):
            self.record()
        self.assertFalse(self.exchanges())

    @mute_logger(LOGGER)
    def test_messages_may_be_delivered_in_any_order_and_twice(self):
        with self.refusing((0, 1, 2)):
            self.record()
        (path,) = (self.folder / "outbox" / get_db_name()).iterdir()
        message = path.read_text("utf-8")
        deliver_messages(self.folder)
        path.write_text(message, "utf-8")
        deliver_messages(self.folder)
        self.assertEqual(self.exchange()["attempt_count"], 1)
        self.assertEqual(self.references(), {"T1": "committed"})


@tagged("post_install", "-at_install")
class TestProcesses(LedgerCase):
    """Each process writes the ledger on connections of its own."""

    def test_a_forked_worker_has_a_connection_of_its_own(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass

        def child():
            assert not ledger._connections._by_db
            ledger.query(get_db_name(), "SELECT 1")

        self.assertEqual(run_in_child(child), 0)
        self.assertEqual(ledger.query(get_db_name(), "SELECT 1"), [(1,)])

    def test_a_terminated_connection_is_opened_again(self):
        ledger.query(get_db_name(), "SELECT 1")
        with self.cursor() as cr:
            pid = ledger._connections.get(get_db_name())._cnx.info.backend_pid
            cr.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        self.assertEqual(ledger.query(get_db_name(), "SELECT 1"), [(1,)])

    def test_an_unreachable_database_is_not_tried_at_each_call(self):
        connection = Connection("no_such_database")
        with self.assertRaises(psycopg2.OperationalError):
            connection.execute("SELECT 1", [])
        with patch.object(psycopg2, "connect") as connect:
            with self.assertRaises(Exception):  # noqa: B017 - any class
                connection.execute("SELECT 1", [])
        connect.assert_not_called()

    def test_each_statement_has_its_limits_and_leaves_nothing_on_the_connection(self):
        settings = (
            "SELECT current_setting('statement_timeout'),"
            " current_setting('lock_timeout'), current_setting('application_name'),"
            " coalesce(current_setting('reliability.host_clock', true), '') <> ''"
        )
        connection = Connection(get_db_name())
        self.addCleanup(connection.close)
        self.assertEqual(
            connection.execute(settings, []),
            [("2s", "500ms", "odoo reliability ledger", True)],
        )
        with patch.object(connections, "_SETTINGS", ""), self.cursor() as other:
            other.execute(settings)
            self.assertEqual(connection.execute(settings, []), other.fetchall())

    def test_a_message_leaves_nothing_on_the_connection(self):
        """No prepared statement, no advisory lock, no setting, no LISTEN."""
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        with patch.object(connections, "_SETTINGS", ""):
            for leftover in (
                "SELECT name FROM pg_prepared_statements",
                "SELECT pg_listening_channels()",
                "SELECT objid FROM pg_locks WHERE pid = pg_backend_pid()"
                " AND locktype = 'advisory'",
                "SELECT name, setting FROM pg_settings WHERE source = 'session'",
            ):
                found = ledger.query(get_db_name(), leftover)
                self.assertEqual(found, [], leftover)
        cnx = ledger._connections.get(get_db_name())._cnx
        self.assertFalse(cnx.notices)

    def test_a_pooler_without_a_free_connection_is_not_waited_for(self):
        """There PostgreSQL's own timeouts do not count."""
        connection = Connection(get_db_name())
        with (
            patch.object(connections, "_MAX_SECONDS", 0.1),
            patch.object(connections, "_SETTINGS", ""),
            self.assertRaises(connections.NoAnswer),
        ):
            connection.execute("SELECT pg_sleep(60)", [])
        with self.assertRaises(connections.Unreachable):
            connection.execute("SELECT 1", [])

    def test_a_server_that_accepts_and_says_nothing_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            host, port = silent.getsockname()
            info = {"host": host, "port": port, "dbname": "any", "user": "any"}
            with (
                patch.object(connections, "_MAX_SECONDS", 0.1),
                patch.object(connections.sql_db, "connection_info_for") as found,
                self.assertRaises(connections.NoAnswer),
            ):
                found.return_value = "any", info
                Connection("any").execute("SELECT 1", [])

    def test_try_query_returns_none_if_no_connection_can_be_opened(self):
        full = OSError(24, "Too many open files")
        with patch.object(psycopg2, "connect", side_effect=full):
            ledger.close()
            self.assertIsNone(ledger.try_query(get_db_name(), "SELECT 1"))
        ledger._connections.get(get_db_name())._next_attempt = 0.0

    def test_odoo_tests_write_nothing_into_the_ledger(self):
        ledger.writes_in_tests = False
        ledger.in_tests.clear()
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertFalse(self.exchanges())
        self.assertEqual(ledger.in_tests[-1]["outcome"], "succeeded")
        self.assertEqual(ledger.in_tests[-1]["transaction_state"], "committed")

    def test_attempts_of_a_read_only_cursor_are_recorded(self):
        with self.committed() as env:
            with patch.object(type(env.cr), "readonly", True):
                with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                    pass
        (attempt,) = self.attempts()
        self.assertIsNone(attempt["transaction_id"])
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_the_process_is_recorded(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertEqual(self.attempts()[0]["pid"], os.getpid())
