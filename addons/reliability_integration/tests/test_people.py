"""Users retry exchanges where it is safe, and resolve them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..ledger.exchange import exchange
from .common import REFUSED, LedgerCase, refuse
from .screens import listed

METHOD = "action_archive"
"""A method without arguments that plays the retry method."""


class PeopleCase(LedgerCase):
    def setUp(self):
        super().setUp()
        self.enterContext(listed("res.partner", METHOD))
        self.users = {}
        with self.committed() as env:
            for group in ("viewer", "manager"):
                login = f"{group}-{self.partner_id}"
                groups = f"base.group_partner_manager,reliability.group_{group}"
                self.users[group] = new_test_user(env, login, groups=groups).id
            # The exchanges of these tests belong to this company.
            env["res.partner"].browse(self.partner_id).company_id = env.company

    def fail(self, retry=METHOD, repeatable="idempotent", calls=(REFUSED,), created=""):
        """Create a failed exchange, and return its id."""
        with self.assertRaises(UserError), self.committed() as env:
            options = {"retry": retry, "repeatable": repeatable}
            with exchange(self.partner(env), "dhl", "label", **options) as attempt:
                for call in calls:
                    attempt.add_call(call)
                if created:
                    attempt.created(created)
                refuse("no")
        return self.exchange()["id"]

    def take_away_documents(self, role):
        """Let a user read documents, and write none."""
        with self.committed() as env:
            user = env["res.users"].browse(self.users[role])
            user.group_ids -= env.ref("base.group_partner_manager")

    def reasons(self):
        """Return why exchanges may not be retried; empty where they may."""
        with self.committed() as env:
            exchanges = env["reliability.exchange"].search([])
            return exchanges.mapped("no_retry_reason")


@tagged("post_install", "-at_install")
class TestRetry(PeopleCase):
    def test_only_requests_that_are_not_done_twice_may_be_retried(self):
        unknown = REFUSED._replace(outcome="unknown")
        for options, is_safe in (
            ({"repeatable": "idempotent"}, True),
            ({"repeatable": "idempotent", "calls": [unknown]}, True),
            ({"repeatable": "unsafe"}, True),  # the partner system refused
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

    def test_the_attempt_of_a_retry_belongs_to_the_same_exchange(self):
        self.fail()
        with self.committed(self.users["manager"]) as env:
            wizard = env["reliability.retry"].create(
                {"exchange_ids": env["reliability.exchange"].search([]).ids}
            )
            self.assertEqual(wizard.safe_ids, wizard.exchange_ids)
            wizard.action_retry()
        self.assertEqual(self.exchange()["state"], "retrying")
        with patch.object(self.partner_class(), METHOD, _call):
            self.run_cron()
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("succeeded", 2))

    @mute_logger("odoo.sql_db")
    def test_retries_have_growing_pauses_up_to_the_maximum_number(self):
        self.fail()
        self.request_retry()
        pauses = []
        with patch.object(self.partner_class(), METHOD, _fail):
            for _attempt in range(10):
                before = fields.Datetime.now()
                self.run_cron()
                if not (due := self.exchange()["next_attempt"]):
                    break
                second = timedelta(seconds=1)  # resolution of Odoo's clock
                pauses.append((due - fields.Datetime.now() - second, due - before))
                self._make_due()
        for (shortest, longest), minutes in zip(pauses, (1, 2, 4, 8), strict=True):
            self.assertLessEqual(shortest, timedelta(minutes=minutes))
            self.assertGreaterEqual(longest, timedelta(minutes=minutes))
        found = self.exchange()
        self.assertEqual((found["state"], found["attempt_count"]), ("failed", 6))

    def test_a_viewer_cannot_retry(self):
        exchange_id = self.fail()
        with self.assertRaises(AccessError):
            with self.committed(self.users["viewer"]) as env:
                env["reliability.exchange"].browse(exchange_id).action_retry()

    def test_a_retry_needs_write_access_to_the_document(self):
        exchange_id = self.fail()
        self.take_away_documents("manager")
        with self.committed(self.users["manager"]) as env:
            found = env["reliability.exchange"].browse(exchange_id)
            self.assertIn("Hand this over", found.no_retry_reason)
            self.assertFalse(found._schedule_retry())
        self.assertEqual(self.exchange()["state"], "failed")

    def test_a_deleted_document_cannot_be_opened(self):
        exchange_id = self.fail()
        with self.committed() as env:
            self.partner(env).unlink()
        with self.assertRaisesRegex(UserError, "gone"), self.committed() as env:
            env["reliability.exchange"].browse(exchange_id).action_open_document()

    def test_a_deleted_document_does_not_block_other_retries(self):
        gone = self.fail()
        with self.committed() as env:
            other = env["res.partner"].create({"name": "Other"})
            env["reliability.exchange"].browse(gone).copy(
                {"res_id": other.id, "state": "failed"}
            )
            self.partner(env).unlink()
        with self.committed(self.users["manager"]) as env:
            scheduled = env["reliability.exchange"].search([])._schedule_retry()
            self.assertEqual(scheduled.res_id, other.id)

    def test_a_retry_whose_worker_died_ends_after_a_day(self):
        self.fail()
        self.request_retry()
        with self.cursor() as cr:  # the worker dies before the call leaves
            cr.execute("UPDATE reliability_exchange SET next_attempt = NULL")
        self.maintain_ledger()
        self.assertEqual(self.exchange()["state"], "retrying")
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_exchange"
                " SET retry_requested_at = now() - '2 d'::interval"
            )
        self.maintain_ledger()
        self.assertEqual(self.exchange()["state"], "failed")

    def test_the_oldest_retries_of_a_batch_are_first(self):
        exchange_id = self.fail()
        self.request_retry()
        retried, remaining_counts = [], []
        with self.committed() as env:
            exchanges = env["reliability.exchange"]
            first = exchanges.browse(exchange_id)
            others = [first.copy({"identity": f"i{number}"}) for number in range(2)]
            for number, one in enumerate((others[1], first, others[0])):
                due = fields.Datetime.now() - timedelta(minutes=9 - number)
                one.next_attempt = due
            ids = [others[1].id, first.id]
            env.flush_all()
            module = "odoo.addons.reliability_integration.models.reliability_exchange"
            cron = type(env["ir.cron"])
            with (
                patch(f"{module}._BATCH_SIZE", 2),
                patch.object(
                    type(exchanges), "_retry_one", lambda _, id: retried.append(id)
                ),
                patch.object(
                    cron,
                    "_commit_progress",
                    lambda _, done=0, remaining=None: (
                        remaining_counts.append(remaining) or 1
                    ),
                ),
            ):
                exchanges._cron_retry()
        self.assertEqual((retried, remaining_counts[0]), (ids, 3))

    def request_retry(self):
        with self.committed(self.users["manager"]) as env:
            env["reliability.exchange"].search([])._schedule_retry()

    def run_cron(self):
        with self.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            due = env["reliability.exchange"].search([("next_attempt", "!=", False)])
            for one in due:
                env["reliability.exchange"]._retry_one(one.id)

    def partner_class(self):
        with self.cursor() as cr:
            return api.Environment(cr, SUPERUSER_ID, {}).registry["res.partner"]

    def _make_due(self):
        with self.cursor() as cr:
            cr.execute("UPDATE reliability_exchange SET next_attempt = now()")

    def _empty(self):
        with self.cursor() as cr:
            cr.execute(
                "DELETE FROM reliability_attempt; DELETE FROM reliability_reference;"
                "DELETE FROM reliability_exchange"
            )


@tagged("post_install", "-at_install")
class TestResolve(PeopleCase):
    def resolve(self, found, reason="called them", role="manager"):
        with self.committed(self.users[role]) as env:
            values = {
                "exchange_ids": env["reliability.exchange"].search([]).ids,
                "found": found,
                "reason": reason,
            }
            env["reliability.resolve"].create(values).action_resolve()

    def test_the_user_and_the_reason_are_recorded(self):
        self.fail(calls=[REFUSED._replace(outcome="unknown")], repeatable="unsafe")
        self.resolve("done")
        found = self.exchange()
        self.assertEqual(
            (found["state"], found["resolution"]), ("resolved", "called them")
        )
        self.assertEqual(found["resolved_by_id"], self.users["manager"])

    def test_a_request_that_was_verified_as_not_done_may_be_retried(self):
        self.fail(calls=[REFUSED._replace(outcome="unknown")], repeatable="unsafe")
        self.assertTrue(self.reasons()[0])
        self.resolve("not_done")
        self.assertFalse(self.reasons()[0])

    def test_a_reason_has_no_secret(self):
        self.fail()
        self.resolve("done", "signed in there with password=x1y2")
        reason = self.exchange()["resolution"]
        self.assertEqual(reason, "signed in there with password=***")

    def test_after_a_resolved_exchange_a_new_one_begins(self):
        self.fail()
        self.resolve("done")
        self.maintain_ledger()
        self.assertEqual(self.exchange()["state"], "resolved")
        with self.committed() as env, exchange(self.partner(env), "dhl", "label"):
            pass
        self.assertEqual(
            [row["state"] for row in self.exchanges()], ["resolved", "succeeded"]
        )

    def test_what_was_found_and_the_reason_are_required(self):
        self.fail()
        for found, reason in (("done", "  "), (False, "called them")):
            with self.assertRaises(UserError):
                self.resolve(found, reason)

    def test_nothing_is_chosen_beforehand(self):
        exchange_id = self.fail()
        with self.committed(self.users["viewer"]) as env:
            action = env["reliability.exchange"].browse(exchange_id).action_resolve()
            window = env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(window.exchange_ids.id, exchange_id)
            self.assertFalse(window.found or window.reason)

    def test_who_may_change_the_document_resolves_without_being_a_manager(self):
        self.fail()
        self.resolve("done", role="viewer")
        found = self.exchange()
        self.assertEqual(found["resolved_by_id"], self.users["viewer"])

    def test_who_may_not_change_the_document_does_not_resolve(self):
        exchange_id = self.fail()
        for role in ("viewer", "manager"):
            self.take_away_documents(role)
            with self.committed(self.users[role]) as env:
                found = env["reliability.exchange"].browse(exchange_id)
                self.assertFalse(found.can_resolve)
                action = found.action_resolve()
                self.assertEqual(action["res_model"], "reliability.hand.over")
                window = env[action["res_model"]].browse(action["res_id"])
                self.assertIn("You may not change", window.refusal)
            with self.assertRaises(AccessError):
                self.resolve("done", role=role)
        self.assertEqual(self.exchange()["state"], "failed")

    def test_what_was_verified_says_nothing_of_a_later_attempt(self):
        unknown = {
            "calls": [REFUSED._replace(outcome="unknown")],
            "repeatable": "unsafe",
        }
        self.fail(**unknown)
        self.resolve("not_done")
        self.assertFalse(self.reasons()[0])
        self.fail(**unknown)
        self.assertEqual(self.exchange()["state"], "unknown")
        self.assertTrue(self.reasons()[0])

    def test_a_request_that_odoo_refuses_does_not_settle_an_earlier_one(self):
        self.fail(calls=[REFUSED._replace(outcome="unknown")], repeatable="unsafe")
        self.fail(calls=[], repeatable="unsafe")
        outcomes = [attempt["outcome"] for attempt in self.attempts()]
        self.assertEqual(outcomes, ["unknown", "rejected"])
        self.assertEqual(self.exchange()["state"], "unknown")


@tagged("post_install", "-at_install")
class TestHandOver(PeopleCase):
    """Who may not resolve hands over to somebody who may."""

    def setUp(self):
        super().setUp()
        self.exchange_id = self.fail()
        self.take_away_documents("viewer")

    def hand_over(self, env, to, message=""):
        """Hand the exchange over as the web client does."""
        found = env["reliability.exchange"].browse(self.exchange_id)
        action = found.action_hand_over()
        window = env[action["res_model"]].browse(action["res_id"])
        window.write({"user_id": to, "message": message})
        return window.action_hand_over()

    def activities(self):
        """Return the colleague, and the text, of each activity on the document."""
        with self.committed() as env:
            return [
                (activity.user_id.id, activity.note)
                for activity in self.partner(env).activity_ids
            ]

    def test_the_colleague_has_an_activity_on_the_document(self):
        with self.committed(self.users["viewer"]) as env:
            self.hand_over(env, self.users["manager"], "Ask Mr <Smith>.")
        ((colleague, text),) = self.activities()
        self.assertEqual(colleague, self.users["manager"])
        self.assertIn("Ask Mr &lt;Smith&gt;.", text)

    def test_handing_over_twice_makes_one_activity(self):
        for _time in range(2):
            with self.committed(self.users["viewer"]) as env:
                self.hand_over(env, self.users["manager"])
        self.assertEqual(len(self.activities()), 1)

    def test_only_who_may_change_the_document_is_proposed_and_accepted(self):
        with self.committed(self.users["viewer"]) as env:
            found = env["reliability.exchange"].browse(self.exchange_id)
            action = found.action_hand_over()
            window = env[action["res_model"]].browse(action["res_id"])
            proposed = window.candidate_ids.ids
            self.assertIn(self.users["manager"], proposed)
            self.assertNotIn(self.users["viewer"], proposed)
            self.assertFalse(window.user_id)
            with self.assertRaisesRegex(UserError, "somebody else"):
                self.hand_over(env, self.users["viewer"])
        self.assertEqual(self.activities(), [])

    def test_the_owner_of_the_partner_system_is_proposed(self):
        with self.committed() as env:
            system = env["reliability.integration"].search([("code", "=", "dhl")])
            system.owner_id = self.users["manager"]
        with self.committed(self.users["viewer"]) as env:
            found = env["reliability.exchange"].browse(self.exchange_id)
            action = found.action_hand_over()
            window = env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(window.user_id.id, self.users["manager"])


def _call(partner):
    with exchange(partner, "dhl", "label", repeatable="idempotent", retry=METHOD):
        pass


def _fail(partner):
    with exchange(
        partner, "dhl", "label", repeatable="idempotent", retry=METHOD
    ) as attempt:
        attempt.add_call(REFUSED)
        refuse("repeatable")
