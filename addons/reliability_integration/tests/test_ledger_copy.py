"""A copy of the ledger knows what a restored database has not."""

import contextlib
import io
import json
import tempfile
from argparse import Namespace
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ledger import ledger_command, ledger_copy
from ..ledger.exchange import exchange
from .common import REFUSED, LedgerCase, refuse


class CopyCase(LedgerCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def make_label(self, name, key=""):
        """Make a label that is committed."""
        with self.committed() as env:
            about = self.partner(env)
            with exchange(about, "dhl", "label", key=key) as attempt:
                attempt.created(name, "tracking")

    def copy(self):
        with self.cursor() as cr:
            return ledger_copy.copy(cr, self.folder)

    def messages(self):
        lines = (self.folder / ledger_copy.FILE).read_text().splitlines()
        return [json.loads(line) for line in lines]

    def restore(self, count):
        """Let the ledger be that of a database of before the last attempts."""
        with self.cursor() as cr:
            for table in ("reference", "attempt"):
                column = "attempt_id" if table == "reference" else "id"
                cr.execute(
                    f"DELETE FROM reliability_{table} WHERE {column} IN ("
                    "SELECT id FROM reliability_attempt ORDER BY id DESC LIMIT %s)",
                    [count],
                )
            cr.execute(
                "DELETE FROM reliability_exchange AS exchange WHERE NOT EXISTS ("
                "SELECT FROM reliability_attempt WHERE exchange_id = exchange.id)"
            )

    def compare(self):
        with self.cursor() as cr:
            return ledger_copy.compare(cr, self.folder)

    def run_command(self, **options):
        """Run the command; return its exit code and what it prints."""
        chosen = {"copy": None, "compare": None, "record": False} | options
        with self.cursor() as cr, contextlib.ExitStack() as stack:
            out = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            err = stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
            code = ledger_command.main(cr, Namespace(**chosen))
        return code, out.getvalue() + err.getvalue()


@tagged("post_install", "-at_install")
class TestCopy(CopyCase):
    """The copy has all that the ledger has, and grows only."""

    def test_an_attempt_with_what_was_created(self):
        self.make_label("T1")
        self.assertEqual(self.copy(), 1)
        (message,) = self.messages()
        self.assertEqual(message["references"], [{"name": "T1", "kind": "tracking"}])
        self.assertEqual(message["transaction_state"], "committed")
        self.assertEqual(
            (message["integration"], message["operation"]), ("dhl", "label")
        )

    def test_nothing_is_added_twice(self):
        self.make_label("T1")
        self.copy()
        self.assertEqual(self.copy(), 0)
        self.make_label("T2")
        self.assertEqual(self.copy(), 1)

    def test_an_attempt_that_is_decided_later_has_another_line(self):
        with self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.created("T1")
            self.assertEqual(self.copy(), 1)
        self.assertEqual(self.copy(), 1)
        states = [message.get("transaction_state") for message in self.messages()]
        self.assertEqual(states, [None, "committed"])

    def test_an_attempt_that_is_committed_after_a_newer_one(self):
        self.make_label("T1")
        with self.cursor() as cr:
            cr.execute("SELECT nextval('reliability_attempt_id_seq')")
            (later,) = cr.fetchone()
        self.make_label("T2")
        self.copy()
        with self.cursor() as cr:
            cr.execute(
                "INSERT INTO reliability_attempt (id, uid, exchange_id, started)"
                " SELECT %s, 'later', max(exchange_id), now()::timestamp"
                " FROM reliability_attempt",
                [later],
            )
        self.assertEqual(self.copy(), 1)
        self.assertEqual(self.messages()[-1]["uid"], "later")

    def test_a_line_that_a_kill_has_cut_off_is_left_out(self):
        self.make_label("T1")
        self.copy()
        with (self.folder / ledger_copy.FILE).open("a") as file:
            file.write('{"uid": "cut o')
        self.make_label("T2")
        self.copy()
        self.assertEqual(self.compare(), [])
        self.restore(2)
        self.assertEqual(len(self.compare()), 2)


@tagged("post_install", "-at_install")
class TestAfterADisaster(CopyCase):
    """What the restored database has not is listed, and recorded."""

    def test_a_label_that_only_the_carrier_has_becomes_an_orphan(self):
        self.make_label("T1")
        self.make_label("T2")
        self.copy()
        self.restore(1)
        (missing,) = self.compare()
        self.assertFalse(missing.is_known)
        self.assertEqual(missing.references, ["T2"])
        code, printed = self.run_command(compare=self.folder, record=True)
        self.assertEqual(code, 0)
        self.assertIn("dhl\tlabel", printed)
        self.assertIn("T2", printed)
        self.assertEqual(self.references(), {"T1": "committed", "T2": "orphaned"})
        self.assertEqual(self.compare(), [])

    def test_a_label_whose_end_the_database_has_not_is_unknown(self):
        self.make_label("T1")
        self.copy()
        with self.cursor() as cr:
            cr.execute("DELETE FROM reliability_reference")
            cr.execute(
                "UPDATE reliability_attempt"
                " SET outcome = NULL, transaction_state = NULL"
            )
        (missing,) = self.compare()
        self.assertTrue(missing.is_known)
        self.run_command(compare=self.folder, record=True)
        self.assertEqual(self.references(), {"T1": "open"})
        self.assertEqual(self.exchange()["state"], "unknown")

    def test_a_call_that_has_failed_leaves_nothing_there(self):
        with contextlib.suppress(UserError), self.committed() as env:
            with exchange(self.partner(env), "dhl", "label") as attempt:
                attempt.add_call(REFUSED)
                refuse()
        self.copy()
        self.restore(1)
        self.run_command(compare=self.folder, record=True)
        self.assertEqual(self.exchange()["state"], "failed")
        self.assertEqual(self.references(), {})

    def test_a_copy_of_what_was_lost_is_not_mixed_with_what_follows(self):
        self.make_label("T1")
        self.copy()
        self.restore(1)
        self.make_label("T2")
        code, printed = self.run_command(copy=self.folder)
        self.assertEqual(code, 1)
        self.assertIn("the database was restored", printed)
        self.assertEqual(len(self.messages()), 1)

    def test_an_empty_folder_has_no_copy(self):
        code, printed = self.run_command(compare=self.folder)
        self.assertEqual(code, 1)
        self.assertIn(ledger_copy.FILE, printed)
        self.assertEqual(self.run_command()[0], 1)
