"""Sentences about problems of the platform, with and without names."""

import re

from odoo.tests import TransactionCase, freeze_time, tagged

from ..models.platform_messages import (
    MESSAGES,
    VARIANTS,
    Counted,
    describe_cause,
    describe_problem,
    describe_to_do,
)
from ..watch.kinds import KINDS
from .common import NOON

ALWAYS_KNOWN = {"time", "subject"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@tagged("-at_install", "post_install")
class TestMessages(TransactionCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOON))
        self.env.user.tz = "UTC"

    def text(self, code, subject="", numbers=None, names=None):
        problem = {"code": code, "subject": subject, "numbers": numbers, "names": names}
        return describe_problem(self.env, problem, NOON)

    def test_each_kind_has_a_sentence_that_needs_neither_numbers_nor_names(self):
        for code in KINDS:
            with self.subTest(code):
                found = set(PLACEHOLDER.findall(str(MESSAGES[code].plain)))
                self.assertLessEqual(found, ALWAYS_KNOWN)
                text = self.text(code, "sessions")
                self.assertFalse(text.endswith("."))
                self.assertNotIn("%", text)

    def test_each_kind_says_what_to_do(self):
        for code in KINDS:
            with self.subTest(code):
                text = describe_to_do(self.env, {"code": code})
                self.assertTrue(text)
                self.assertFalse(text.endswith("."))

    def test_kinds_that_explain_a_layer_are_root_causes(self):
        for code, kind in KINDS.items():
            with self.subTest(code):
                problem = {"code": code, "subject": "cache"}
                text = describe_cause(self.env, problem)
                self.assertEqual(bool(text), bool(kind.layers))
                if text:
                    self.assertTrue(text.startswith("Cause: "), text)

    def test_each_detailed_sentence_can_be_formatted(self):
        for sentences in (*MESSAGES.values(), *VARIANTS.values()):
            for sentence in sentences.detailed:
                forms = [sentence]
                if isinstance(sentence, Counted):
                    forms = sentence.one, sentence.many
                for form in forms:
                    with self.subTest(str(form)):
                        keys = set(PLACEHOLDER.findall(str(form)))
                        text = self.env._(form) % dict.fromkeys(keys, "7")
                        self.assertNotIn("%(", text)

    def test_a_lost_slot_fills_no_disk_any_more(self):
        numbers = {"bytes": 3_200_000_000, "is_lost": 0}
        held = {"code": "slot_holds_wal", "subject": "", "numbers": numbers}
        lost = {**held, "numbers": {"bytes": 0, "is_lost": 1}}
        self.assertIn("fills the disk", describe_problem(self.env, held, NOON))
        self.assertEqual(
            self.text("slot_holds_wal", numbers=lost["numbers"], names={"slot": "b"}),
            "The replication slot b of PostgreSQL has been lost since 12:00: the WAL"
            " that its reader needs is deleted",
        )
        self.assertIn("Start what reads", describe_to_do(self.env, held))
        self.assertIn("set its reader up again", describe_to_do(self.env, lost))

    def test_with_names_for_those_who_run_the_server(self):
        plain = "PostgreSQL's commits have waited since 12:00: "
        self.assertEqual(
            self.text("commits_unconfirmed", names={"standbys": "ffm2"}),
            plain + "they are not confirmed by the synchronous standby ffm2",
        )
        self.assertEqual(
            self.text("commits_unconfirmed", names={"standbys": ""}),
            plain + "a synchronous standby does not confirm them",
        )

    def test_with_numbers_where_names_are_not_known(self):
        numbers = {"used": 95, "limit": 97}
        self.assertEqual(
            self.text("connections_short", numbers=numbers),
            "PostgreSQL has had few connections left since 12:00: 95 of 97 are in use",
        )

    def test_one_and_many(self):
        one = self.text("killed_for_memory", "odoo-1", {"kills": 1})
        self.assertIn("killed 1 process of the host odoo-1", one)
        many = self.text("killed_for_memory", "odoo-1", {"kills": 1200})
        self.assertIn("killed 1,200 processes of the host odoo-1", many)

    def test_killed_processes_are_named_with_the_calls_that_were_lost(self):
        one = self.text("killed_for_memory", "odoo-1", {"kills": 1, "calls": 7})
        self.assertTrue(one.endswith("for lack of memory; calls killed with it: 7"))
        many = self.text("killed_for_memory", "odoo-1", {"kills": 2, "calls": 0})
        self.assertTrue(many.endswith("for lack of memory; calls killed with them: 0"))

    def test_numbers_have_their_units(self):
        self.assertIn(
            "for 45 s", self.text("postgres_failed_over", "", {"seconds": 45})
        )
        self.assertIn("0.25 s", self.text("commits_slow", "", {"milliseconds": 250.0}))
        slot = {"bytes": 3_200_000_000}
        self.assertIn("now 3.2 GB", self.text("slot_holds_wal", "", slot))
        disk = {"percent": 4.27, "days": 1.5}
        text = self.text("postgres_disk_short", "", disk)
        self.assertIn("4.3% are free, and it will be full in 1 d 12 h", text)

    def test_one_redis_for_both_uses_is_named_by_both(self):
        self.assertEqual(
            self.text("sessions_full", "sessions, cache", {"limit_bytes": 2e9}),
            "Redis for sessions and the cache has refused to write since 12:00: its"
            " memory of 2.0 GB is full, and nobody can log in",
        )

    def test_redis_is_named_by_its_use(self):
        self.assertEqual(
            self.text("redis_slow", "cache", {"seconds": 0.4}),
            "Redis for the cache has responded slowly since 12:00: a response takes"
            " 0.40 s",
        )

    def test_an_event_of_redis_is_named(self):
        text = self.text("redis_slow", "cache", {"seconds": 0.4}, {"event": "fork"})
        self.assertIn("the event fork of its latency monitor took 0.40 s", text)
