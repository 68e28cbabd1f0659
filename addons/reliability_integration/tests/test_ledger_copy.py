"""A copy of the ledger knows what a restored database has not."""

import contextlib
import io
import stat
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ledger import ledger_command, ledger_copy, lost_attempts
from ..ledger.copy_folder import CopyFolder, Refused
from ..ledger.exchange import exchange
from .common import REFUSED, LedgerCase, refuse

DAY = 24 * 3600


class CopyCase(LedgerCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.folder = CopyFolder(self.path)

    def make_label(self, name, partner_id=None, **options):
        """Make a label that is committed."""
        with self.committed() as env:
            about = env["res.partner"].browse(partner_id or self.partner_id)
            with exchange(about, "dhl", "label", **options) as attempt:
                attempt.created(name, "tracking")

    def copy_ledger(self):
        with self.cursor() as cr:
            return ledger_copy.copy(cr, self.folder)

    def copied(self):
        """Return the file to which the last copy was added."""
        return max(self.path.glob("attempts-*.jsonl"))

    def change_position(self, **values):
        position = self.folder.position()
        self.folder.set_position(position._replace(**values))

    def restore(self, count):
        """Let the ledger be that of a database of before the last attempts.

        PostgreSQL writes sequences ahead, so some ids are not used again.
        """
        with self.cursor() as cr:
            cr.execute(
                "SELECT id FROM reliability_attempt ORDER BY id DESC LIMIT %s", [count]
            )
            ids = [row[0] for row in cr.fetchall()]
            cr.execute(
                "DELETE FROM reliability_reference WHERE attempt_id = ANY(%s)", [ids]
            )
            cr.execute("DELETE FROM reliability_attempt WHERE id = ANY(%s)", [ids])
            cr.execute(
                "DELETE FROM reliability_exchange AS exchange WHERE NOT EXISTS ("
                "SELECT FROM reliability_attempt WHERE exchange_id = exchange.id)"
            )
            return min(ids)

    def use_ids_again(self, first):
        with self.cursor() as cr:
            cr.execute("SELECT setval('reliability_attempt_id_seq', %s)", [first - 1])

    def delete_ends(self):
        """Let the ledger have only the start of its attempts."""
        with self.cursor() as cr:
            cr.execute(
                """
                ALTER TABLE reliability_attempt DISABLE TRIGGER USER;
                DELETE FROM reliability_reference;
                UPDATE reliability_attempt
                   SET outcome = NULL, transaction_state = NULL, ended = NULL;
                ALTER TABLE reliability_attempt ENABLE TRIGGER USER;
                """
            )

    def compare(self):
        with self.cursor() as cr:
            return lost_attempts.compare(cr, self.folder)

    def lost(self):
        """Return the names that are listed."""
        return [name for one in self.compare() for name in one.references]

    def run_command(self, **options):
        """Run the command; return its exit code and what it prints."""
        chosen = {"copy": None, "compare": None, "record": False} | options
        with self.cursor() as cr, contextlib.ExitStack() as stack:
            out = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            err = stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
            code = ledger_command.main(cr, Namespace(**chosen))
        return code, out.getvalue() + err.getvalue()

    def record(self):
        """Record what was lost; return what is printed."""
        code, printed = self.run_command(compare=self.path, record=True)
        self.assertEqual(code, 0, printed)
        return printed


@tagged("post_install", "-at_install")
class TestCopy(CopyCase):
    """The copy has what the ledger knows of partner systems, and grows only by that."""

    def messages(self):
        return list(self.folder.lines())

    def test_an_attempt_with_what_was_created(self):
        self.make_label("T1")
        self.assertEqual(self.copy_ledger(), 1)
        (message,) = self.messages()
        self.assertEqual(message["references"], [{"name": "T1", "kind": "tracking"}])
        self.assertEqual(message["outcome"], "succeeded")
        self.assertEqual(
            (message["integration"], message["operation"]), ("dhl", "label")
        )

    def test_nothing_is_added_twice(self):
        self.make_label("T1")
        self.copy_ledger()
        self.assertEqual(self.copy_ledger(), 0)
        self.make_label("T2")
        self.assertEqual(self.copy_ledger(), 1)

    def test_an_attempt_whose_outcome_follows_has_another_line(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
                self.assertEqual(self.copy_ledger(), 1)
        self.assertEqual(self.copy_ledger(), 1)
        outcomes = [message.get("outcome") for message in self.messages()]
        self.assertEqual(outcomes, [None, "succeeded"])

    def test_an_outcome_that_is_presumed_is_not_known(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                self.report_worker(lives=False)
                self.addCleanup(self.delete_reports)
                self.maintain_ledger()
                self.assertEqual(self.exchange()["state"], "unknown")
                self.copy_ledger()
                self.delete_reports()
                attempt.created("T1")
        self.copy_ledger()
        outcomes = [message.get("outcome") for message in self.messages()]
        self.assertEqual(outcomes, [None, "succeeded"])

    def test_an_attempt_that_is_committed_after_a_newer_one(self):
        self.make_label("T1")
        with self.cursor() as cr:
            cr.execute("SELECT nextval('reliability_attempt_id_seq')")
            (later,) = cr.fetchone()
        self.make_label("T2")
        self.copy_ledger()
        with self.cursor() as cr:
            cr.execute(
                "INSERT INTO reliability_attempt (id, uid, exchange_id, started)"
                " SELECT %s, 'later', max(exchange_id), now()::timestamp"
                " FROM reliability_attempt",
                [later],
            )
        self.assertEqual(self.copy_ledger(), 1)
        self.assertEqual(self.messages()[-1]["uid"], "later")

    def test_more_attempts_than_are_read_at_once(self):
        for name, value in (("_STEP", 3), ("_REACH", 2), ("_BATCH", 2)):
            self.patch(ledger_copy, name, value)
        names = [f"T{number}" for number in range(10)]
        for name in names:
            self.make_label(name)
        self.assertEqual(self.copy_ledger(), 10)
        found = [message["references"][0]["name"] for message in self.messages()]
        self.assertEqual(found, names)
        self.assertEqual(self.copy_ledger(), 0)

    def test_calls_that_only_read_are_not_copied(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "rate", repeatable="safe"):
                pass
        self.assertEqual(self.copy_ledger(), 0)

    def test_only_its_user_may_read_it(self):
        self.make_label("T1")
        self.copy_ledger()
        for file in self.path.iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600, file)

    def test_files_that_are_older_than_the_ledger_keeps_are_deleted(self):
        old = self.path / "attempts-2026-01-01.jsonl"
        old.touch()
        self.make_label("T1")
        self.copy_ledger()
        self.assertEqual(list(self.path.glob("*.jsonl")), [self.copied()])
        self.assertNotEqual(self.copied(), old)

    def test_a_ledger_that_has_deleted_its_last_attempt_is_copied_further(self):
        self.make_label("T1")
        self.copy_ledger()
        self.restore(1)
        self.change_position(started=time.time() - 36 * DAY)
        self.make_label("T2")
        self.assertEqual(self.copy_ledger(), 1)


@tagged("post_install", "-at_install")
class TestWhateverGoesWrong(CopyCase):
    """A copy is complete up to its last run, or the command says why it is not."""

    def test_a_line_that_a_kill_has_cut_off_is_replaced(self):
        self.make_label("T1")
        self.copy_ledger()
        whole = self.copied().read_bytes()
        with self.copied().open("a") as file:
            file.write('{"uid": "cut o')
        self.assertEqual(len(list(self.folder.lines())), 1)
        self.copy_ledger()
        self.assertEqual(self.copied().read_bytes(), whole)

    def test_a_run_that_could_not_store_its_end_is_repeated(self):
        """A kill, or a full disk, after the lines were written."""
        self.make_label("T1")
        self.copy_ledger()
        self.make_label("T2")

        def no_space(_position):
            raise OSError(28, "No space left on device")

        self.patch(self.folder, "set_position", no_space)
        with self.assertRaises(OSError):
            self.copy_ledger()
        self.folder = CopyFolder(self.path)
        self.assertEqual(self.copy_ledger(), 1)
        names = [one["references"][0]["name"] for one in self.folder.lines()]
        self.assertEqual(names, ["T1", "T2"])

    def test_a_first_run_that_fails_does_not_fill_the_disk(self):
        self.make_label("T1")

        def no_space(*_arguments):
            raise OSError(28, "No space left on device")

        for _run in range(2):
            with self.subTest(), self.assertRaises(OSError):
                with self.cursor() as cr, self.folder_that_fails(no_space) as folder:
                    ledger_copy.copy(cr, folder)
            self.assertEqual(self.copied().stat().st_size, len(b"{"))
        self.assertEqual(self.copy_ledger(), 1)
        self.assertEqual(len(list(self.folder.lines())), 1)

    @contextlib.contextmanager
    def folder_that_fails(self, fail):
        """Yield a folder in which only the begin of a line has room."""

        class Full(CopyFolder):
            @contextlib.contextmanager
            def appending(self, position, day):
                with super().appending(position, day) as file:
                    file.write(b"{")
                    file.flush()
                    yield Namespace(write=fail)

        yield Full(self.path)

    def test_two_copies_at_once_are_refused(self):
        self.make_label("T1")
        with self.folder.locked():
            code, printed = self.run_command(copy=self.path)
        self.assertEqual(code, 1)
        self.assertIn("Another command uses", printed)
        self.assertEqual(self.copy_ledger(), 1)

    def test_a_folder_of_another_database_is_refused(self):
        self.make_label("T1")
        self.copy_ledger()
        self.change_position(database="another")
        for option in ("copy", "compare"):
            code, printed = self.run_command(**{option: self.path})
            self.assertEqual(code, 1)
            self.assertIn("of another database", printed)

    def test_files_that_were_changed_are_refused(self):
        self.make_label("T1")
        self.copy_ledger()
        position = self.path / "position.json"
        text = position.read_text()
        position.write_text("{")
        with self.assertRaisesRegex(Refused, "damaged"):
            self.copy_ledger()
        position.write_text(text)
        self.copied().write_text("")
        with self.assertRaisesRegex(Refused, "cut off"):
            self.copy_ledger()
        self.copied().unlink()
        with self.assertRaisesRegex(Refused, "missing. Delete position.json"):
            self.copy_ledger()
        position.unlink()
        self.assertEqual(self.copy_ledger(), 1)

    def test_a_folder_that_is_not_there_is_not_created(self):
        """Its disk may not be mounted."""
        code, printed = self.run_command(copy=self.path / "none")
        self.assertEqual(code, 1)
        self.assertIn("No such file or directory", printed)

    def test_an_empty_folder_has_no_copy(self):
        code, printed = self.run_command(compare=self.path)
        self.assertEqual(code, 1)
        self.assertIn("There is no copy of a ledger", printed)

    def test_wrong_arguments_are_refused(self):
        for options in ({}, {"copy": self.path, "record": True}):
            self.assertEqual(self.run_command(**options)[0], 2)


@tagged("post_install", "-at_install")
class TestARestoredLedgerIsNoticed(CopyCase):
    """What was lost and what follows are not mixed."""

    def assert_refused(self):
        code, printed = self.run_command(copy=self.path)
        self.assertEqual(code, 1)
        self.assertIn("the database was restored", printed)

    def test_its_newest_attempt_is_gone(self):
        self.make_label("T1")
        self.copy_ledger()
        self.restore(1)
        self.assert_refused()
        self.make_label("T2")
        self.assert_refused()
        self.assertEqual(self.lost(), ["T1"])

    def test_its_ids_are_used_again(self):
        self.make_label("T1")
        self.copy_ledger()
        self.use_ids_again(self.restore(1))
        self.make_label("T2")
        self.assert_refused()

    def test_an_outcome_is_gone(self):
        self.make_label("T1")
        self.copy_ledger()
        self.delete_ends()
        self.assert_refused()

    def test_the_copy_goes_on_once_it_was_compared(self):
        self.make_label("T1")
        self.copy_ledger()
        self.use_ids_again(self.restore(1))
        self.make_label("T2")
        self.record()
        self.make_label("T3")
        self.copy_ledger()
        self.assertEqual(self.lost(), [])
        self.use_ids_again(self.restore(2))  # T3, and T1, which was recorded
        self.assertEqual(sorted(self.lost()), ["T1", "T3"])


@tagged("post_install", "-at_install")
class TestAfterADisaster(CopyCase):
    """What the restored database has not is listed, and recorded once."""

    def test_a_label_that_only_the_carrier_has_becomes_an_orphan(self):
        self.make_label("T1")
        self.make_label("T2")
        self.copy_ledger()
        self.restore(1)
        (lost,) = self.compare()
        self.assertFalse(lost.is_started)
        printed = self.record()
        self.assertIn("dhl\tlabel", printed)
        self.assertIn(
            "\tT2\nin the copy, and not in the database: 1\nrecorded: 1", printed
        )
        self.assertEqual(self.references(), {"T1": "committed", "T2": "orphaned"})
        before = self.attempts()
        self.assertIn("recorded: 0", self.record())
        self.assertEqual(self.attempts(), before)
        recorded = self.exchanges()[-1]
        self.assertEqual(recorded["error_class"], "DatabaseRestored")
        self.assertEqual(recorded["state"], "failed")

    def test_its_document_is_known_where_that_was_not_lost(self):
        self.make_label("T1")
        self.copy_ledger()
        self.restore(1)
        self.record()
        self.assertEqual(self.exchange()["res_id"], self.partner_id)
        self.assertEqual(self.exchange()["res_model"], "res.partner")

    def test_an_id_that_is_used_again_is_another_document(self):
        with self.committed() as env:
            lost_id = env["res.partner"].create({"name": "Lost"}).id
        self.make_label("T1", lost_id)
        self.make_label("T2", lost_id)
        self.copy_ledger()
        self.restore(2)
        with self.cursor() as cr:
            cr.execute(
                "UPDATE res_partner SET create_date = now() AT TIME ZONE 'UTC'"
                " WHERE id = %s",
                [lost_id],
            )
        self.record()
        for recorded in self.exchanges():
            self.assertFalse(recorded["res_model"] or recorded["res_id"])
            self.assertEqual(recorded["res_name"], "Lost")
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "orphaned"})

    def test_a_call_without_a_document(self):
        with self.committed() as env:
            with exchange(env["res.partner"], "dhl", "pickup") as attempt:
                attempt.created("P1")
        self.copy_ledger()
        self.restore(1)
        self.record()
        self.assertEqual(self.references(), {"P1": "orphaned"})

    def test_all_attempts_of_a_lost_exchange_are_one_exchange(self):
        with contextlib.suppress(UserError), self.committed() as env:
            lost = env["res.partner"].create({"name": "Lost"})
            with exchange(lost, "dhl", "label", key="order 1") as attempt:
                attempt.created("T1")
                refuse()
        self.make_label("T2", key="order 1")
        self.copy_ledger()
        self.restore(2)
        self.record()
        self.assertEqual(self.exchange()["orphan_count"], 2)

    def test_a_label_that_had_no_answer_yet_is_unknown(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label"):
                self.copy_ledger()
        self.restore(1)
        self.record()
        self.assertEqual(self.exchange()["state"], "unknown")
        self.assertEqual(self.compare(), [])

    def test_a_label_that_the_ledger_knows_as_started_is_unknown(self):
        self.make_label("T1")
        self.copy_ledger()
        self.delete_ends()
        (lost,) = self.compare()
        self.assertTrue(lost.is_started)
        self.record()
        self.assertEqual(self.references(), {"T1": "open"})
        self.assertEqual(self.exchange()["state"], "unknown")
        self.assertEqual(self.compare(), [])

    def test_what_the_restored_ledger_has_presumed_is_corrected(self):
        self.make_label("T1")
        self.copy_ledger()
        self.delete_ends()
        self.report_worker(lives=False)
        self.addCleanup(self.delete_reports)
        self.maintain_ledger()
        self.assertEqual(self.exchange()["state"], "unknown")
        self.assertEqual(self.lost(), ["T1"])
        self.record()
        # PostgreSQL still knows this transaction.
        self.maintain_ledger()
        self.assertEqual(self.references(), {"T1": "committed"})

    def test_a_call_that_has_failed_leaves_nothing_there(self):
        with contextlib.suppress(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.add_call(REFUSED)
                refuse()
        self.copy_ledger()
        self.restore(1)
        self.assertEqual(self.compare(), [])

    def test_what_the_ledger_has_deleted_is_not_lost(self):
        self.make_label("T1")
        with self.cursor() as cr:
            cr.execute(
                """
                ALTER TABLE reliability_attempt DISABLE TRIGGER USER;
                UPDATE reliability_attempt SET started = started - interval '2 days';
                ALTER TABLE reliability_attempt ENABLE TRIGGER USER;
                """
            )
        self.make_label("T2")
        self.copy_ledger()
        with self.cursor() as cr:
            cr.execute(
                "DELETE FROM reliability_attempt WHERE id ="
                " (SELECT min(id) FROM reliability_attempt)"
            )
        self.assertEqual(self.compare(), [])
