"""The ledger survives a crash of PostgreSQL: which messages wait for the disk."""

import contextlib
import json
import threading
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.tests.clocks import wait_until
from odoo.addons.reliability.tests.internals import (
    connected,
    deliver_messages,
    outbox_in,
)
from odoo.addons.reliability.tests.recordings import empty_folder

from ..ledger import ledger as module
from ..ledger.connections import Connection
from ..ledger.exchange import exchange, start_attempt
from ..ledger.ledger import ledger
from ..ledger.partner_systems import PartnerSystem
from .common import REFUSED, LedgerCase, refuse

SYNC, ASYNC, LOCAL = "on", "off", "local"
"""Values of synchronous_commit: a message waits for the disk, or is stored there with
the next COMMIT that waits; the last one waits for the disk and for no standby."""


@tagged("post_install", "-at_install")
class TestDurability(LedgerCase):
    """A message waits for the disk, unless the COMMIT of the business will wait."""

    def setUp(self):
        super().setUp()
        with self.cursor() as cr:
            cr.execute("""
                CREATE TABLE reliability_test_commit (
                    transaction_id xid8 PRIMARY KEY, mode text);
                CREATE FUNCTION reliability_test_commit() RETURNS trigger
                LANGUAGE plpgsql AS $$ BEGIN
                    INSERT INTO public.reliability_test_commit VALUES (
                        pg_current_xact_id(), current_setting('synchronous_commit')
                    ) ON CONFLICT DO NOTHING;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER reliability_test_commit
                 AFTER INSERT OR UPDATE ON reliability_attempt
                       DEFERRABLE INITIALLY DEFERRED
                   FOR EACH ROW EXECUTE FUNCTION reliability_test_commit();
            """)

        @self.addCleanup
        def drop_trigger():
            with self.cursor() as cr:
                cr.execute(
                    "DROP FUNCTION reliability_test_commit() CASCADE;"
                    "DROP TABLE reliability_test_commit"
                )

    def modes(self):
        """Return the mode in which each message was committed, in their order."""
        rows = self.rows(
            "SELECT mode FROM reliability_test_commit ORDER BY transaction_id"
        )
        return [row["mode"] for row in rows]

    @contextlib.contextmanager
    def writing(self):
        """Yield the environment of a transaction that has written something."""
        with self.committed() as env:
            self.partner(env).comment = "changed"
            env.flush_all()
            yield env

    def test_the_commit_of_the_business_stores_a_success_on_the_disk(self):
        with self.writing() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
        self.assertEqual(self.modes(), [SYNC, ASYNC, ASYNC])

    def test_the_message_of_a_rollback_waits_so_that_no_orphan_is_lost(self):
        with contextlib.suppress(UserError), self.writing() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            refuse()
        self.assertEqual(self.modes(), [SYNC, ASYNC, SYNC])

    def test_the_message_of_a_rolled_back_savepoint_waits(self):
        with self.writing() as env:
            with contextlib.suppress(UserError), env.cr.savepoint():
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created("T1")
                refuse()
            self.assertEqual(self.modes(), [SYNC, ASYNC, SYNC])

    def test_a_failure_waits_and_its_transaction_state_does_not(self):
        with contextlib.suppress(UserError), self.writing() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.add_call(REFUSED)
                refuse()
        self.assertEqual(self.modes(), [SYNC, SYNC, ASYNC])

    def test_all_messages_wait_if_the_transaction_has_written_nothing(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertEqual(self.modes(), [SYNC, SYNC, SYNC])

    def test_all_messages_wait_if_the_transaction_is_read_only(self):
        with self.committed() as env, patch.object(type(env.cr), "readonly", True):
            with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                pass
        self.assertEqual(self.modes(), [SYNC, SYNC, SYNC])

    def test_all_messages_wait_without_a_transaction(self):
        message = {"integration": "dhl", "operation": "http_get", "repeatable": "safe"}
        message["direction"] = "out"
        system = PartnerSystem("dhl")
        start_attempt(get_db_name(), None, system, message).end_as("succeeded")
        self.assertEqual(self.modes(), [SYNC, SYNC])

    @mute_logger(module.__name__)
    def test_a_message_waits_if_the_one_before_is_in_the_outbox(self):
        folder = empty_folder(self)
        with outbox_in(folder):
            with self.writing() as env:
                with patch.object(
                    Connection, "execute", side_effect=psycopg2.OperationalError
                ):
                    block = exchange(self.partner(env), "dhl", "label")
                    block.__enter__()
                block.__exit__(None, None, None)
        self.assertEqual(self.modes(), [SYNC, ASYNC])

    @mute_logger(module.__name__)
    def test_a_message_from_the_outbox_waits_because_its_file_is_deleted(self):
        folder = empty_folder(self)
        with outbox_in(folder):
            with patch.object(
                Connection, "execute", side_effect=psycopg2.OperationalError
            ):
                with self.writing() as env:
                    with exchange(self.partner(env), "dhl", "label"):
                        pass
            deliver_messages(folder)
        self.assertEqual(self.attempts()[0]["transaction_state"], "committed")
        self.assertEqual(self.modes(), [LOCAL])


@tagged("post_install", "-at_install")
class TestConcurrentAttempts(LedgerCase):
    """Attempts that end at the same time are all counted."""

    def messages_of_an_orphan(self, name):
        """Return the first and the last message of an attempt that is rolled back."""
        ledger.writes_in_tests = False
        ledger.in_tests.clear()
        with contextlib.suppress(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created(name)
            refuse()
        return ledger.in_tests[0], ledger.in_tests[-1]

    def test_two_attempts_of_an_exchange_that_end_together_are_both_counted(self):
        messages = map(self.messages_of_an_orphan, ("T1", "T2"))
        started, ended = zip(*messages, strict=True)
        with connected(get_db_name()) as first, connected(get_db_name()) as second:
            for message in started:
                self.record(first, message)
                first.commit()
            self.record(first, ended[0])
            other = threading.Thread(target=self.record, args=(second, ended[1]))
            other.start()
            self.wait_for_a_lock(second.info.backend_pid)
            first.commit()
            other.join()
            second.commit()
        found = self.exchange()
        self.assertEqual((found["attempt_count"], found["orphan_count"]), (2, 2))
        self.assertAlmostEqual(
            found["seconds"], sum(message["seconds"] for message in ended), places=6
        )

    def record(self, connection, message):
        with connection.cursor() as cr:
            cr.execute("SELECT reliability_record_attempt(%s)", [json.dumps(message)])

    def wait_for_a_lock(self, pid):
        query = (
            "SELECT pid FROM pg_stat_activity"
            f" WHERE pid = {pid} AND wait_event_type = 'Lock'"
        )
        wait_until(lambda: self.rows(query), "the second to wait for the first")
