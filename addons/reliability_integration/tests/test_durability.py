"""What PostgreSQL has told us that it has is there after it crashed, too."""

import contextlib
import json
import threading
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.collector import outbox
from odoo.addons.reliability.collector.connection import connected
from odoo.addons.reliability.tests.clocks import wait_until
from odoo.addons.reliability.tests.recordings import empty_folder

from ..ledger import ledger as module
from ..ledger.connections import Connection
from ..ledger.exchange import exchange, start
from ..ledger.ledger import ledger
from ..ledger.partner_systems import PartnerSystem
from .common import REFUSED, LedgerCase, refuse

WAITS, RUNS = "on", "off"
"""A note waits until the disk has it, or runs with the next COMMIT that does."""


@tagged("post_install", "-at_install")
class TestDurability(LedgerCase):
    """A note waits for the disk, unless the COMMIT of the business will do so."""

    def setUp(self):
        super().setUp()
        with self.cursor() as cr:
            cr.execute("""
                CREATE TABLE reliability_test_commit (
                    xact xid8 PRIMARY KEY, waits text);
                CREATE FUNCTION reliability_test_commit() RETURNS trigger
                LANGUAGE plpgsql AS $$ BEGIN
                    INSERT INTO reliability_test_commit VALUES (
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
        def tidy_up():
            with self.cursor() as cr:
                cr.execute(
                    "DROP FUNCTION reliability_test_commit() CASCADE;"
                    "DROP TABLE reliability_test_commit"
                )

    def notes(self):
        """Return of each note whether it waited, in the order of their commits."""
        rows = self.rows("SELECT waits FROM reliability_test_commit ORDER BY xact")
        return [row["waits"] for row in rows]

    @contextlib.contextmanager
    def writing(self):
        """Give a transaction that has written something."""
        with self.committed() as env:
            self.partner(env).comment = "changed"
            env.flush_all()
            yield env

    def test_a_success_is_brought_to_the_disk_by_the_commit_of_the_business(self):
        with self.writing() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
        self.assertEqual(self.notes(), [WAITS, RUNS, RUNS])

    def test_that_it_is_undone_waits_since_somebody_must_know_of_the_orphan(self):
        with contextlib.suppress(UserError), self.writing() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            refuse()
        self.assertEqual(self.notes(), [WAITS, RUNS, WAITS])

    def test_so_it_does_where_only_a_savepoint_is_undone(self):
        with self.writing() as env:
            with contextlib.suppress(UserError), env.cr.savepoint():
                with exchange(self.partner(env), "dhl", "label") as attempt:
                    attempt.created("T1")
                refuse()
            self.assertEqual(self.notes(), [WAITS, RUNS, WAITS])

    def test_what_did_not_succeed_waits_and_its_fate_can_be_asked_again(self):
        with contextlib.suppress(UserError), self.writing() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.called(REFUSED)
                refuse()
        self.assertEqual(self.notes(), [WAITS, WAITS, RUNS])

    def test_all_wait_where_the_commit_may_have_nothing_to_bring(self):
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertEqual(self.notes(), [WAITS, WAITS, WAITS])

    def test_all_wait_where_the_transaction_may_not_write(self):
        with self.committed() as env, patch.object(type(env.cr), "readonly", True):
            with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                pass
        self.assertEqual(self.notes(), [WAITS, WAITS, WAITS])

    def test_all_wait_where_there_is_no_transaction(self):
        note = {"integration": "dhl", "operation": "http_get", "repeatable": "safe"}
        note["direction"] = "out"
        start(get_db_name(), None, PartnerSystem("dhl"), note).end_as("succeeded")
        self.assertEqual(self.notes(), [WAITS, WAITS])

    @mute_logger(module.__name__)
    def test_a_note_waits_where_the_one_before_went_into_a_file(self):
        folder = empty_folder(self)
        with patch.object(outbox, "settings") as settings:
            settings.return_value.telemetry_dir = folder
            with self.writing() as env:
                with patch.object(
                    Connection, "execute", side_effect=psycopg2.OperationalError
                ):
                    block = exchange(self.partner(env), "dhl", "label")
                    block.__enter__()
                block.__exit__(None, None, None)
        self.assertEqual(self.notes(), [WAITS, RUNS])

    @mute_logger(module.__name__)
    def test_a_note_from_a_file_waits_since_the_file_is_deleted_next(self):
        folder = empty_folder(self)
        with patch.object(outbox, "settings") as settings:
            settings.return_value.telemetry_dir = folder
            with patch.object(
                Connection, "execute", side_effect=psycopg2.OperationalError
            ):
                with self.writing() as env:
                    with exchange(self.partner(env), "dhl", "label"):
                        pass
            with connected(get_db_name()) as connection:
                outbox.deliver(folder, get_db_name(), connection)
        self.assertEqual(self.attempts()[0]["transaction_state"], "committed")
        self.assertEqual(self.notes(), [WAITS])


@tagged("post_install", "-at_install")
class TestTogether(LedgerCase):
    """What ends at the same time is added up as if it had not."""

    def notes_of_an_orphan(self, name):
        """Return the first and the last note of an attempt that is undone."""
        ledger.writes_in_tests = False
        ledger.in_tests.clear()
        with contextlib.suppress(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created(name)
            refuse()
        return ledger.in_tests[0], ledger.in_tests[-1]

    def test_two_attempts_of_an_exchange_that_end_together_are_both_counted(self):
        begun, ended = zip(*map(self.notes_of_an_orphan, ("T1", "T2")), strict=True)
        with connected(get_db_name()) as first, connected(get_db_name()) as second:
            for note in begun:
                self.tell(first, note)
                first.commit()
            self.tell(first, ended[0])
            other = threading.Thread(target=self.tell, args=(second, ended[1]))
            other.start()
            self.wait_for_a_lock(second.info.backend_pid)
            first.commit()
            other.join()
            second.commit()
        found = self.exchange()
        self.assertEqual((found["attempt_count"], found["orphan_count"]), (2, 2))
        self.assertAlmostEqual(
            found["seconds"], sum(note["seconds"] for note in ended), places=6
        )

    def tell(self, connection, note):
        with connection.cursor() as cr:
            cr.execute("SELECT reliability_record_attempt(%s)", [json.dumps(note)])

    def wait_for_a_lock(self, pid):
        waits = (
            "SELECT pid FROM pg_stat_activity"
            f" WHERE pid = {pid} AND wait_event_type = 'Lock'"
        )
        wait_until(lambda: self.rows(waits), "the second to wait for the first")
