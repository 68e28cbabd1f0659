"""What people do with exchanges: ask again where it is safe, and settle."""

from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..ledger.exchange import exchange
from .common import REFUSED, LedgerCase, refuse

METHOD = "action_archive"
"""A method of the record that needs no arguments: it stands for asking again."""


class PeopleCase(LedgerCase):
    def setUp(self):
        super().setUp()
        self.users = {}
        with self.committed() as env:
            for group in ("viewer", "manager"):
                login = f"{group}-{self.partner_id}"
                groups = f"base.group_partner_manager,reliability.group_{group}"
                self.users[group] = new_test_user(env, login, groups=groups).id
            # The exchanges of these tests are of their company.
            env["res.partner"].browse(self.partner_id).company_id = env.company

    def fail(self, retry=METHOD, repeatable="idempotent", calls=(REFUSED,), created=""):
        """Let an exchange fail, and return its id."""
        with self.assertRaises(UserError), self.committed() as env:
            asked = {"retry": retry, "repeatable": repeatable}
            with exchange(self.partner(env), "dhl", "label", **asked) as attempt:
                for call in calls:
                    attempt.called(call)
                if created:
                    attempt.created(created)
                refuse("no")
        return self.exchange()["id"]

    def reasons(self):
        with self.committed() as env:
            found = env["reliability.exchange"].search([])
            return found.mapped("why_not")


@tagged("post_install", "-at_install")
class TestAskingAgain(PeopleCase):
    def test_only_what_is_not_done_twice_is_asked_again(self):
        unknown = REFUSED._replace(outcome="unknown")
        for options, is_safe in (
            ({"repeatable": "idempotent"}, True),
            ({"repeatable": "idempotent", "calls": [unknown]}, True),
            ({"repeatable": "unsafe"}, True),  # it was refused there
            ({"repeatable": "unsafe", "calls": [unknown]}, False),
            ({"repeatable": "unsafe", "calls": [], "created": "T1"}, False),
            ({"retry": ""}, False),
            ({"retry": "no_such_method"}, False),
        ):
            with self.subTest(options):
                self.fail(**options)
                (reason,) = self.reasons()
                self.assertEqual(not reason, is_safe, reason)
                self._empty()

    def test_a_manager_asks_again_and_the_exchange_is_the_same(self):
        self.fail()
        with self.committed(self.users["manager"]) as env:
            wizard = env["reliability.retry"].create(
                {"exchange_ids": env["reliability.exchange"].search([]).ids}
            )
            self.assertEqual(wizard.safe_ids, wizard.exchange_ids)
            wizard.action_retry()
        self.assertEqual(self.exchange()["state"], "retrying")
        with patch.object(self.partner_class(), METHOD, _ask_again):
            self.run_cron()
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 2))

    @mute_logger("odoo.sql_db")
    def test_it_is_asked_again_with_growing_pauses_until_the_cap(self):
        self.fail()
        self.ask_again()
        pauses = []
        with patch.object(self.partner_class(), METHOD, _fail_again):
            for _try in range(10):
                before = fields.Datetime.now()
                self.run_cron()
                if not (due := self.exchange()["next_try"]):
                    break
                second = timedelta(seconds=1)  # which is what Odoo's clock shows
                pauses.append((due - fields.Datetime.now() - second, due - before))
                self._make_due()
        for (least, most), minutes in zip(pauses, (1, 2, 4, 8), strict=True):
            self.assertLessEqual(least, timedelta(minutes=minutes))
            self.assertGreaterEqual(most, timedelta(minutes=minutes))
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("failed", 6))

    def test_a_viewer_asks_nobody_and_settles_nothing(self):
        exchange_id = self.fail()
        for method in ("action_retry", "action_resolve"):
            with self.assertRaises(AccessError):
                with self.committed(self.users["viewer"]) as env:
                    getattr(env["reliability.exchange"].browse(exchange_id), method)()

    def test_who_may_not_write_the_document_does_not_ask_again(self):
        exchange_id = self.fail()
        with self.committed() as env:
            partner_manager = env.ref("base.group_partner_manager")
            manager = env["res.users"].browse(self.users["manager"])
            manager.group_ids -= partner_manager
        with self.assertRaises(AccessError):
            with self.committed(self.users["manager"]) as env:
                env["reliability.exchange"].browse(exchange_id)._ask_again()

    def test_a_document_that_is_gone_is_said_to_be_gone(self):
        exchange_id = self.fail()
        with self.committed() as env:
            self.partner(env).unlink()
        with self.assertRaisesRegex(UserError, "gone"), self.committed() as env:
            env["reliability.exchange"].browse(exchange_id).action_open_document()

    def test_a_document_that_is_gone_keeps_no_other_from_being_asked_for(self):
        gone = self.fail()
        with self.committed() as env:
            other = env["res.partner"].create({"name": "Other"})
            env["reliability.exchange"].browse(gone).copy(
                {"res_id": other.id, "state": "failed"}
            )
            self.partner(env).unlink()
        with self.committed(self.users["manager"]) as env:
            asked = env["reliability.exchange"].search([])._ask_again()
            self.assertEqual(asked.res_id, other.id)

    def test_a_retry_whose_worker_died_is_over_after_a_day(self):
        self.fail()
        self.ask_again()
        with self.cursor() as cr:  # as it is when the worker dies before it asks
            cr.execute("UPDATE reliability_exchange SET next_try = NULL")
        self.find_out()
        self.assertEqual(self.exchange()["state"], "retrying")
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_exchange SET asked_at = now() - '2 d'::interval"
            )
        self.find_out()
        self.assertEqual(self.exchange()["state"], "failed")

    def test_who_waits_longest_is_asked_for_first_however_many_there_are(self):
        exchange_id = self.fail()
        self.ask_again()
        asked, counted = [], []
        with self.committed() as env:
            exchanges = env["reliability.exchange"]
            first = exchanges.browse(exchange_id)
            others = [first.copy({"identity": f"i{n}"}) for n in range(2)]
            for n, one in enumerate((others[1], first, others[0])):
                one.next_try = fields.Datetime.now() - timedelta(minutes=9 - n)
            ids = [others[1].id, first.id]
            env.flush_all()
            of = "odoo.addons.reliability_integration.models.reliability_exchange"
            cron = type(env["ir.cron"])
            with (
                patch(f"{of}._AT_A_TIME", 2),
                patch.object(
                    type(exchanges), "_retry_one", lambda _, id: asked.append(id)
                ),
                patch.object(
                    cron,
                    "_commit_progress",
                    lambda _, done=0, remaining=None: counted.append(remaining) or 1,
                ),
            ):
                exchanges._cron_retry()
        self.assertEqual((asked, counted[0]), (ids, 3))

    def ask_again(self):
        with self.committed(self.users["manager"]) as env:
            env["reliability.exchange"].search([])._ask_again()

    def run_cron(self):
        with self.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            due = env["reliability.exchange"].search([("next_try", "!=", False)])
            for one in due:
                env["reliability.exchange"]._retry_one(one.id)

    def partner_class(self):
        with self.cursor() as cr:
            return api.Environment(cr, SUPERUSER_ID, {}).registry["res.partner"]

    def _make_due(self):
        with self.cursor() as cr:
            cr.execute("UPDATE reliability_exchange SET next_try = now()")

    def _empty(self):
        with self.cursor() as cr:
            cr.execute(
                "DELETE FROM reliability_attempt; DELETE FROM reliability_reference;"
                "DELETE FROM reliability_exchange"
            )


@tagged("post_install", "-at_install")
class TestSettling(PeopleCase):
    def settle(self, was_done, reason="called them"):
        with self.committed(self.users["manager"]) as env:
            values = {
                "exchange_ids": env["reliability.exchange"].search([]).ids,
                "was_done": was_done,
                "reason": reason,
            }
            env["reliability.resolve"].create(values).action_resolve()

    def test_it_says_who_has_settled_it_and_why(self):
        self.fail(calls=[REFUSED._replace(outcome="unknown")], repeatable="unsafe")
        self.settle("yes")
        found = self.exchange()
        self.assertEqual(
            (found["state"], found["resolution"]), ("resolved", "called them")
        )
        self.assertEqual(found["resolved_by_id"], self.users["manager"])

    def test_what_was_made_sure_of_may_be_asked_again(self):
        self.fail(calls=[REFUSED._replace(outcome="unknown")], repeatable="unsafe")
        self.assertTrue(self.reasons()[0])
        self.settle("no")
        self.assertFalse(self.reasons()[0])

    def test_it_stays_settled_and_the_next_try_is_another_exchange(self):
        self.fail()
        self.settle("yes")
        self.find_out()
        self.assertEqual(self.exchange()["state"], "resolved")
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertEqual(
            [of["state"] for of in self.exchanges()], ["resolved", "succeeded"]
        )

    def test_a_reason_is_needed(self):
        self.fail()
        with self.assertRaises(UserError):
            self.settle("yes", reason="  ")


def _ask_again(partner):
    with exchange(partner, "dhl", "label", repeatable="idempotent", retry=METHOD):
        pass


def _fail_again(partner):
    with exchange(
        partner, "dhl", "label", repeatable="idempotent", retry=METHOD
    ) as attempt:
        attempt.called(REFUSED)
        refuse("repeatable")
