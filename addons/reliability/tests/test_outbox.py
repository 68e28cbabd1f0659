"""What a database could not be told is kept, and told once it is there."""

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
FUNCTION = "reliability_test_note"


@tagged("-at_install", "post_install")
class TestSpool(CommittedCase):
    def setUp(self):
        super().setUp()
        self.folder = empty_folder(self)
        settings = patch.object(outbox, "settings").start()
        settings.return_value.telemetry_dir = self.folder
        self.addCleanup(patch.stopall)
        self.db = get_db_name()
        self.connection = self.enterContext(connected(self.db))
        self.execute("CREATE TABLE reliability_test_notes (note jsonb)")
        self.execute(
            f"CREATE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE sql AS"
            " 'INSERT INTO reliability_test_notes VALUES ($1)'"
        )
        self.addCleanup(self.tidy_up)

    def tidy_up(self):
        with connected(self.db) as self.connection:
            self.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(jsonb)")
            self.execute("DROP TABLE reliability_test_notes")
            self.execute("DROP FUNCTION IF EXISTS reliability_test_commit()")

    def execute(self, query):
        with transaction(self.connection) as cr:
            cr.execute(query)

    def told(self):
        with transaction(self.connection) as cr:
            cr.execute("SELECT note FROM reliability_test_notes")
            return [note for (note,) in cr.fetchall()]

    def keep(self, note, name=NAME):
        outbox.store_message(self.db, FUNCTION, name, note)

    def refuse(self, name):
        """Keep a note that the database cannot take, now or later."""
        outbox.store_message(self.db, "reliability_no_such_function", name, {})

    def bring(self):
        outbox.deliver(self.folder, self.db, self.connection)

    def test_a_note_is_told_once(self):
        self.keep({"a": 1})
        self.assertEqual(outbox.databases(self.folder), {self.db})
        self.bring()
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])
        self.assertEqual(outbox.databases(self.folder), set())

    def test_a_later_note_of_the_same_takes_its_place(self):
        self.keep({"a": 1})
        self.keep({"a": 1, "b": 2})
        self.bring()
        self.assertEqual(self.told(), [{"a": 1, "b": 2}])

    def test_a_note_that_comes_meanwhile_is_not_lost(self):
        tell = outbox._send

        def telling(connection, function, text):
            tell(connection, function, text)
            if json.loads(text) == {"a": 1}:
                self.keep({"a": 1, "b": 2})

        self.keep({"a": 1})
        with patch.object(outbox, "_send", telling):
            self.bring()
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}, {"a": 1, "b": 2}])

    def test_what_was_taken_by_who_died_is_told(self):
        self.keep({"a": 1})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        path.rename(f"{path}.taken")
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])

    def test_it_stays_while_the_database_is_away(self):
        self.keep({"a": 1})
        away = psycopg2.OperationalError("away")
        with patch.object(outbox, "_send", side_effect=away):
            with self.assertRaises(psycopg2.OperationalError):
                self.bring()
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])

    def test_it_stays_when_the_connection_is_lost_while_it_is_told(self):
        self.execute(f"""
            CREATE OR REPLACE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE plpgsql
            AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$
        """)
        self.keep({"a": 1})
        with self.assertRaises(psycopg2.OperationalError):
            self.bring()
        self.assertEqual(outbox.databases(self.folder), {self.db})

    def test_a_file_is_deleted_once_the_disk_has_what_it_said(self):
        self.execute("""
            CREATE FUNCTION reliability_test_commit() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN
                UPDATE reliability_test_notes SET note = to_jsonb(
                    current_setting('synchronous_commit'));
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER reliability_test_commit
             AFTER INSERT ON reliability_test_notes DEFERRABLE INITIALLY DEFERRED
               FOR EACH ROW EXECUTE FUNCTION reliability_test_commit()
        """)
        self.execute("SET synchronous_commit = off")
        self.keep({})
        self.bring()
        self.assertEqual(self.told(), ["on"])

    @mute_logger("odoo.addons.reliability.collector.outbox")
    def test_what_is_refused_for_good_does_not_stop_the_others(self):
        self.refuse(OTHER)
        self.keep({"a": 1})
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])
        (left,) = (self.folder / "outbox" / self.db).iterdir()
        self.assertTrue(left.name.endswith(".refused"))

    @mute_logger("odoo.addons.reliability.collector.outbox")
    def test_of_what_is_refused_the_newest_is_kept(self):
        for number in range(3):
            self.refuse(f"{number:032}")
        with patch.object(outbox, "MAX_REFUSED", 2):
            self.bring()
        left = {path.name for path in (self.folder / "outbox" / self.db).iterdir()}
        self.assertEqual(len(left), 2)

    def test_what_died_before_it_was_a_note_is_deleted_after_an_hour(self):
        self.keep({"a": 1})
        drafts = [self.folder / "outbox" / self.db / f".{NAME}-{n}" for n in (1, 2)]
        for draft in drafts:
            draft.write_text("half")
        hours_ago = time.time() - 7200
        os.utime(drafts[0], (hours_ago, hours_ago))
        self.bring()
        self.assertEqual([draft.exists() for draft in drafts], [False, True])

    def test_one_that_takes_too_long_does_not_stop_the_others(self):
        self.execute(f"""
            CREATE OR REPLACE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE plpgsql
            AS $$ BEGIN
                IF $1 ? 'slow' THEN
                    RAISE query_canceled;
                END IF;
                INSERT INTO reliability_test_notes VALUES ($1);
            END $$
        """)
        self.keep({"slow": 1})
        self.keep({"a": 1}, OTHER)
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])
        (left,) = (self.folder / "outbox" / self.db).iterdir()
        self.assertTrue(left.name.endswith(".taken"), "it is tried again")

    def test_a_visit_ends_and_the_rest_is_told_at_the_next(self):
        self.keep({"a": 1})
        with patch.object(outbox, "SECONDS_OF_A_DELIVERY", -1):
            self.bring()
        self.assertEqual(self.told(), [])
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])

    def test_only_we_may_read_it(self):
        self.keep({"a": 1})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        for private, mode in ((path, 0o600), (path.parent, 0o700)):
            self.assertEqual(private.stat().st_mode & 0o777, mode)

    def test_what_is_kept_for_a_database_goes_a_day_after_it(self):
        self.keep({"a": 1})
        self.assertEqual(outbox.forget_gone(self.folder, set()), {})
        (path,) = (self.folder / "outbox" / self.db).iterdir()
        days_ago = time.time() - 2 * 24 * 3600
        os.utime(path, (days_ago, days_ago))
        self.assertEqual(outbox.forget_gone(self.folder, {self.db}), {})
        self.assertEqual(outbox.forget_gone(self.folder, set()), {self.db: 1})
        self.assertEqual(outbox.databases(self.folder), set())

    def test_there_is_an_end_to_what_is_kept(self):
        with patch.object(outbox, "MAX_MESSAGES", 2):
            self.keep({}, "1" * 32)
            self.keep({}, "2" * 32)
            self.keep({"again": 1}, "2" * 32)
            with self.assertRaises(outbox.Full):
                self.keep({}, "3" * 32)

    def test_what_is_no_note_is_left_alone(self):
        self.keep({"a": 1})
        (self.folder / "outbox" / self.db / "pg_sleep-x").write_text("1")
        (self.folder / "outbox" / self.db / f".{NAME}-1").write_text("half")
        self.bring()
        self.assertEqual(self.told(), [{"a": 1}])

    @given(st.sampled_from(["", ".", "..", "a/b", "/etc"]))
    def test_a_database_s_name_leads_nowhere_else(self, name):
        with self.assertRaises(ValueError):
            outbox.store_message(name, FUNCTION, NAME, {})
