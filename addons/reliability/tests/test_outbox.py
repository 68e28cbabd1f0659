"""The outbox stores messages for a database, and delivers them when it can."""

import json
import os
import time
from unittest.mock import patch

import psycopg2
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import outbox
from ..collector.connection import connected, transaction
from .common import CommittedCase
from .recordings import empty_folder

NAME = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32
FUNCTION = "reliability_test_message"


@tagged("-at_install", "post_install")
class TestOutbox(CommittedCase):
    def setUp(self):
        super().setUp()
        self.folder = empty_folder(self)
        settings = patch.object(outbox, "settings").start()
        settings.return_value.telemetry_dir = self.folder
        self.addCleanup(patch.stopall)
        self.db = get_db_name()
        self.connection = self.enterContext(connected(self.db))
        self.execute("CREATE TABLE reliability_test_messages (message jsonb)")
        self.execute(
            f"CREATE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE sql AS"
            " 'INSERT INTO public.reliability_test_messages VALUES ($1)'"
        )
        self.addCleanup(self.tidy_up)

    def tidy_up(self):
        with connected(self.db) as self.connection:
            self.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(jsonb)")
            self.execute("DROP FUNCTION IF EXISTS reliability_gone(jsonb)")
            self.execute("DROP TABLE reliability_test_messages")
            self.execute("DROP FUNCTION IF EXISTS reliability_test_commit()")

    def execute(self, query):
        with transaction(self.connection) as cr:
            cr.execute("SET LOCAL search_path = public")
            cr.execute(query)

    def delivered(self):
        with transaction(self.connection) as cr:
            cr.execute("SELECT message FROM public.reliability_test_messages")
            return [message for (message,) in cr.fetchall()]

    def store(self, message, name=NAME):
        outbox.store_message(self.db, FUNCTION, name, message)

    def store_invalid(self, name):
        """Store a message that the database always refuses."""
        outbox.store_message(self.db, "reliability_no_such_function", name, {})

    def deliver(self):
        return outbox.deliver(self.folder, self.db, self.connection)

    def test_a_message_is_delivered_once(self):
        self.store({"a": 1})
        self.assertEqual(outbox.databases(self.folder), {self.db})
        self.deliver()
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])
        self.assertEqual(outbox.databases(self.folder), set())

    def test_a_later_message_about_the_same_subject_replaces_it(self):
        self.store({"a": 1})
        self.store({"a": 1, "b": 2})
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1, "b": 2}])

    def test_a_message_stored_during_delivery_is_not_lost(self):
        send = outbox._send

        def send_and_store(connection, function, text):
            send(connection, function, text)
            if json.loads(text) == {"a": 1}:
                self.store({"a": 1, "b": 2})

        self.store({"a": 1})
        with patch.object(outbox, "_send", send_and_store):
            self.deliver()
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}, {"a": 1, "b": 2}])

    def test_a_message_taken_by_a_killed_collector_is_delivered(self):
        self.store({"a": 1})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        path.rename(f"{path}.taken")
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])

    def test_a_message_waits_while_the_database_is_down(self):
        self.store({"a": 1})
        down = psycopg2.OperationalError("down")
        with patch.object(outbox, "_send", side_effect=down):
            with self.assertRaises(psycopg2.OperationalError):
                self.deliver()
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])

    def test_a_message_waits_after_its_connection_was_lost(self):
        self.execute(f"""
            CREATE OR REPLACE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE plpgsql
            AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$
        """)
        self.store({"a": 1})
        with self.assertRaises(psycopg2.OperationalError):
            self.deliver()
        self.assertEqual(outbox.databases(self.folder), {self.db})

    def test_a_delivery_is_durable_although_commits_are_asynchronous(self):
        self.execute("""
            CREATE FUNCTION reliability_test_commit() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN
                UPDATE public.reliability_test_messages SET message = to_jsonb(
                    current_setting('synchronous_commit'));
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER reliability_test_commit
             AFTER INSERT ON reliability_test_messages DEFERRABLE INITIALLY DEFERRED
               FOR EACH ROW EXECUTE FUNCTION reliability_test_commit()
        """)
        self.execute("SET synchronous_commit = off")
        self.store({})
        self.deliver()
        self.assertEqual(self.delivered(), ["local"])

    @mute_logger("odoo.addons.reliability.collector.outbox")
    def test_a_refused_message_does_not_stop_the_others(self):
        self.store_invalid(OTHER)
        self.store({"a": 1})
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])
        (left,) = (self.folder / "outbox" / self.db).iterdir()
        self.assertTrue(left.name.endswith(".refused"))

    @mute_logger("odoo.addons.reliability.collector.outbox")
    def test_only_the_newest_refused_messages_are_kept_and_the_others_counted(self):
        for number in range(3):
            self.store_invalid(f"{number:032}")
        with patch.object(outbox, "MAX_REFUSED", 2):
            self.assertEqual(self.deliver(), 1)
        left = {path.name for path in (self.folder / "outbox" / self.db).iterdir()}
        self.assertEqual(len(left), 2)

    def refuse(self, *names):
        """Let the database refuse messages, for want of a right."""
        self.execute(f"ALTER FUNCTION {FUNCTION}(jsonb) RENAME TO reliability_gone")
        for name in names:
            self.store({"name": name}, name)
        with mute_logger("odoo.addons.reliability.collector.outbox"):
            self.deliver()
        self.execute(f"ALTER FUNCTION reliability_gone(jsonb) RENAME TO {FUNCTION}")

    def wait_ten_minutes(self):
        for path in (self.folder / "outbox" / self.db).iterdir():
            before = path.stat().st_mtime - outbox.SECONDS_BETWEEN_REFUSALS
            os.utime(path, (before, before))

    def test_refused_messages_are_counted_with_the_reason(self):
        self.refuse(NAME)
        self.store({}, OTHER)
        waiting = outbox.waiting(self.folder, 0, self.db)
        self.assertEqual((waiting.names, waiting.refused), ([NAME, OTHER], 1))
        refusal = f"function public.{FUNCTION}(jsonb) does not exist"
        self.assertIn(refusal, waiting.refusal)
        self.assertEqual(outbox.databases(self.folder), {self.db}, "it is polled")

    def test_a_refused_message_is_delivered_once_the_cause_is_gone(self):
        self.refuse(NAME, OTHER)
        self.deliver()
        self.assertEqual(self.delivered(), [], "not at each poll")
        self.wait_ten_minutes()
        self.deliver()
        names = [message["name"] for message in self.delivered()]
        self.assertEqual(sorted(names), [NAME, OTHER])
        self.assertEqual(outbox.waiting(self.folder, 0, self.db), ([], 0, ""))

    def test_a_later_message_replaces_a_refused_one(self):
        self.refuse(NAME)
        self.store({"later": 1})
        self.deliver()
        self.wait_ten_minutes()
        self.deliver()
        self.assertEqual(self.delivered(), [{"later": 1}])

    def test_refused_messages_do_not_fill_the_outbox(self):
        self.refuse(NAME, OTHER)
        with patch.object(outbox, "MAX_MESSAGES", 1):
            self.store({}, "3" * 32)

    def test_the_refusal_of_a_message_is_logged_once(self):
        self.store_invalid(NAME)
        with self.assertLogs(outbox.__name__, "ERROR") as logs:
            self.deliver()
            self.wait_ten_minutes()
            self.deliver()
        self.assertEqual(len(logs.output), 1)

    def test_a_draft_of_a_killed_process_is_deleted_after_an_hour(self):
        self.store({"a": 1})
        drafts = [self.folder / "outbox" / self.db / f".{NAME}-{n}" for n in (1, 2)]
        for draft in drafts:
            draft.write_text("half")
        hours_ago = time.time() - 7200
        os.utime(drafts[0], (hours_ago, hours_ago))
        self.deliver()
        self.assertEqual([draft.exists() for draft in drafts], [False, True])

    def test_a_slow_message_does_not_stop_the_others(self):
        self.execute(f"""
            CREATE OR REPLACE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE plpgsql
            AS $$ BEGIN
                IF $1 ? 'slow' THEN
                    RAISE query_canceled;
                END IF;
                INSERT INTO public.reliability_test_messages VALUES ($1);
            END $$
        """)
        self.store({"slow": 1})
        self.store({"a": 1}, OTHER)
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])
        (left,) = (self.folder / "outbox" / self.db).iterdir()
        self.assertTrue(left.name.endswith(".taken"), "it waits for another attempt")

    def test_a_delivery_that_takes_too_long_goes_on_at_the_next_poll(self):
        self.store({"a": 1})
        with patch.object(outbox, "SECONDS_OF_A_DELIVERY", -1):
            self.deliver()
        self.assertEqual(self.delivered(), [])
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])

    def test_only_our_user_can_read_messages(self):
        self.store({"a": 1})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        for private, mode in ((path, 0o600), (path.parent, 0o700)):
            self.assertEqual(private.stat().st_mode & 0o777, mode)

    def test_messages_are_deleted_a_day_after_their_database(self):
        self.store({"a": 1})
        self.assertEqual(outbox.delete_gone(self.folder, set()), {})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        days_ago = time.time() - 2 * 24 * 3600
        os.utime(path, (days_ago, days_ago))
        self.assertEqual(outbox.delete_gone(self.folder, {self.db}), {})
        self.assertEqual(outbox.delete_gone(self.folder, set()), {self.db: 1})
        self.assertEqual(outbox.databases(self.folder), set())

    def test_messages_for_a_database_that_lost_its_name_are_delivered_by_number(self):
        self.store({"a": 1})
        outbox.set_apart(self.folder, self.db, 12)
        self.store({"b": 2})
        self.assertEqual(outbox.set_apart_numbers(self.folder), {12})
        self.assertEqual(outbox.delete_gone(self.folder, {self.db}, {12}), {})
        outbox.deliver_set_apart(self.folder, 12, self.connection)
        self.assertEqual(self.delivered(), [{"a": 1}])
        self.assertEqual(outbox.set_apart_numbers(self.folder), set())

    def test_they_are_deleted_a_day_after_their_database(self):
        self.store({"a": 1})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        days_ago = time.time() - 2 * 24 * 3600
        os.utime(path, (days_ago, days_ago))
        outbox.set_apart(self.folder, self.db, 12)
        self.assertEqual(outbox.delete_gone(self.folder, set(), {13}), {"12": 1})
        self.assertEqual(outbox.set_apart_numbers(self.folder), set())

    def test_the_number_of_messages_is_limited(self):
        with patch.object(outbox, "MAX_MESSAGES", 2):
            self.store({}, "1" * 32)
            self.store({}, "2" * 32)
            self.store({"later": 1}, "2" * 32)
            with self.assertRaises(outbox.Full):
                self.store({}, "3" * 32)

    def test_other_files_are_ignored(self):
        self.store({"a": 1})
        (self.folder / "outbox" / self.db / "pg_sleep-x").write_text("1")
        (self.folder / "outbox" / self.db / f".{NAME}-1").write_text("half")
        self.deliver()
        self.assertEqual(self.delivered(), [{"a": 1}])

    @given(st.sampled_from(["", ".", "..", "a/b", "/etc"]))
    def test_the_name_of_a_database_cannot_be_a_path(self, name):
        with self.assertRaises(ValueError):
            outbox.store_message(name, FUNCTION, NAME, {})
