"""Requests of failover drills are answered, and reports of them are stored once."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import file_open

from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .common import RecoveryCase, after, at

NAME = "reliability-failover-1a2b3c4d"
REQUEST = {"version": 1, "name": NAME, "number": 7}
REPORT = {
    "version": 1,
    "name": NAME,
    "host": "desk",
    "begin": at(0),
    "end": at(1),
    "requests": 120,
    "interruptions": [
        {"first": 57, "begin": at(0.5), "seconds": 4.2, "requests": 9},
        {"first": 80, "begin": at(0.6), "seconds": 1.1, "requests": 2},
    ],
    "slowest": 0.3,
    "lost": 1,
    "lost_requests": [{"number": 56, "transaction": 810, "at": at(0.5)}],
    "unchecked": 0,
    "server_before": "7578234242424242424/1",
    "server_after": "7578234242424242424/2",
}


class FailoverCase(RecoveryCase):
    def setUp(self):
        super().setUp()
        self.failovers = self.env["reliability.failover"]
        self.inbound = self.env["reliability.inbound"]

    def receive_failover(self, **values):
        """Receive a report a day after noon; return the drill."""
        with freeze_time(after(24)):
            answer = self.inbound._receive_failover(REPORT | values)
        return self.failovers.browse(answer["failover"])


@tagged("-at_install", "post_install")
class TestRequests(FailoverCase):
    def test_it_is_a_kind_of_message(self):
        kinds = dict(self.inbound._kind_names())
        self.assertEqual(kinds["failover"], "Failover Drill")

    def test_the_answer_names_the_transaction_and_the_server(self):
        answer = self.inbound._receive_failover(REQUEST)
        identity = self.env["reliability.recovery.heartbeat"]._identity()
        self.env.cr.execute("SELECT pg_current_xact_id()::text")
        self.assertEqual(answer["number"], 7)
        self.assertEqual(str(answer["transaction"]), self.env.cr.fetchone()[0])
        self.assertEqual(str(answer["system"]), identity.system)
        self.assertEqual(answer["timeline"], identity.timeline)

    def test_nothing_of_the_answer_can_be_masked(self):
        values = self.inbound._receive_failover(REQUEST).values()
        self.assertFalse([value for value in values if isinstance(value, str)])

    def test_a_server_that_odoo_may_not_know(self):
        unknown = self.env["reliability.recovery.heartbeat"]._identity()
        unknown = unknown._replace(system="", timeline=0)
        heartbeats = self.registry["reliability.recovery.heartbeat"]
        self.patch(heartbeats, "_identity", lambda _self: unknown)
        answer = self.inbound._receive_failover(REQUEST)
        self.assertEqual((answer["system"], answer["timeline"]), (0, 0))

    def test_what_breaks_the_contract_is_refused(self):
        for body, sentence in (
            ({}, "version must be 1."),
            ({"version": 1, "number": 1}, "name is needed."),
            ({"version": 1, "name": NAME}, "number must be a number"),
            ({"version": 1, "interruptions": []}, "name is needed."),
            (REPORT | {"lost": "1"}, "lost must be a number"),
            (REPORT | {"name": "password=secret1"}, "looks like a secret"),
        ):
            with self.assertRaisesRegex(InvalidMessage, sentence):
                self.inbound._receive_failover(body)

    def test_a_clock_that_is_ahead_is_refused(self):
        with freeze_time(after(0)), self.assertRaisesRegex(InvalidMessage, "clock"):
            self.inbound._receive_failover(REPORT)


@tagged("-at_install", "post_install")
class TestReports(FailoverCase):
    def test_what_requests_have_seen(self):
        found = self.receive_failover()
        self.assertEqual((found.begin, found.end), (after(0), after(1)))
        self.assertEqual(found.interrupted_at, after(0.5))
        self.assertAlmostEqual(found.seconds, 5.3)
        self.assertEqual((found.requests, found.lost), (120, 1))
        self.assertTrue(found.has_ended)
        self.assertFalse(found.is_same_server)
        self.assertEqual(found.server_after, REPORT["server_after"])

    def test_requests_are_not_answered_any_more(self):
        one = REPORT["interruptions"][0] | {"seconds": None}
        self.assertFalse(self.receive_failover(interruptions=[one]).has_ended)

    def test_no_standby_was_promoted(self):
        found = self.receive_failover(server_after=REPORT["server_before"])
        self.assertTrue(found.is_same_server)

    def test_whether_a_standby_was_promoted_is_unknown(self):
        found = self.receive_failover(server_before="", server_after="")
        self.assertFalse(found.is_same_server)

    def test_a_pooler_has_let_requests_wait(self):
        found = self.receive_failover(interruptions=[], slowest=3.5)
        self.assertFalse(found.interrupted_at)
        self.assertEqual((found.seconds, found.slowest), (0, 3.5))
        self.assertTrue(found.has_ended)

    def test_sent_again_it_changes_nothing(self):
        found = self.receive_failover()
        found.action_confirm()
        self.assertEqual(self.receive_failover(), found)
        self.assertEqual(self.failovers.search_count([]), 1)
        self.assertTrue(found.confirmed_at)

    def test_other_evidence_with_the_same_name_is_refused(self):
        self.receive_failover()
        with self.assertRaisesRegex(InvalidMessage, "name of its own"):
            self.receive_failover(lost=0)

    def test_secrets_are_not_stored(self):
        found = self.receive_failover(host="postgresql://user:secret1@host/prod")
        self.assertNotIn("secret1", f"{found.evidence} {found.host}")


@tagged("-at_install", "post_install")
class TestPeople(FailoverCase):
    def user(self, role):
        groups = f"base.group_user,reliability.group_{role}"
        return new_test_user(self.env, f"{role}_of_failovers", groups)

    def test_a_person_confirms_it_once(self):
        found = self.receive_failover()
        admin = self.user("admin")
        with freeze_time(after(25)):
            found.with_user(admin).action_confirm()
        found.action_confirm()
        self.assertEqual(found.confirmed_by_id, admin)
        self.assertEqual(found.confirmed_at, after(25))

    def test_nobody_writes_facts(self):
        found = self.receive_failover().with_user(self.user("admin"))
        with self.assertRaises(AccessError):
            found.lost = 0

    def test_managers_send_them_and_only_administrators_see_them(self):
        manager = self.user("manager")
        self.inbound = self.inbound.with_user(manager)
        found = self.receive_failover()
        self.assertEqual(self.inbound._receive_failover(REQUEST)["number"], 7)
        with self.assertRaises(AccessError):
            found.with_user(manager).action_confirm()


@tagged("-at_install", "post_install")
class TestRetention(FailoverCase):
    def test_reports_are_kept_for_three_years(self):
        found = self.receive_failover()
        for days, is_there in ((1000, True), (1200, False)):
            found.end = self.env.cr.now() - (after(24 * days) - after(0))
            self.failovers._gc_failovers()
            self.assertEqual(bool(found.exists()), is_there)

    def test_a_neutralized_copy_begins_without_any(self):
        self.receive_failover()
        self.env.flush_all()
        with file_open("reliability_recovery/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.failovers.search([]))
