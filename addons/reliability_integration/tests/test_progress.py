"""A user who retries many exchanges sees the progress on every screen."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .screens import ScreensCase, listed


@tagged("-at_install", "post_install")
class TestProgress(ScreensCase):
    def setUp(self):
        super().setUp()
        self.enterContext(listed("res.partner", "action_unarchive"))
        self.users["manager"].group_ids += self.env.ref("base.group_partner_manager")
        partners = self.env["res.partner"].create([{"name": "Probe"}] * 3)
        self.failed = self.env["reliability.exchange"].union(
            *(self.exchange_of(partner) for partner in partners)
        )
        self.patch(self.env.cr, "commit", self.env.flush_all)

    def exchange_of(self, partner, **values):
        """Create a failed exchange that may be retried."""
        return self.exchange(
            repeatable="idempotent",
            retry_method="action_unarchive",
            res_model="res.partner",
            res_id=partner.id,
            **values,
        )

    def request_retry(self):
        exchanges = self.failed.with_user(self.users["manager"])
        wizard = exchanges.env["reliability.retry"].create(
            {"exchange_ids": [fields.Command.set(exchanges.ids)]}
        )
        return wizard.action_retry()

    def read(self, retry, role="manager"):
        exchanges = self.env["reliability.exchange"].with_user(self.users[role])
        return exchanges.read_progress(retry["requested_at"])

    def retry(self, exchange, state):
        """Retry an exchange, which brings it to a state."""

        def set_state(_partner):
            exchange.sudo().state = state

        self.patch(self.env.registry["res.partner"], "action_unarchive", set_state)
        self.env["reliability.exchange"]._retry_one(exchange.id)

    def test_the_retry_window_shows_the_progress_from_the_beginning(self):
        answer = self.request_retry()
        self.assertEqual(answer["tag"], "reliability_integration.progress")
        numbers = answer["params"]
        self.assertEqual((numbers["total"], numbers["done"]), (3, 0))

    def test_each_retry_is_counted_when_it_has_ended(self):
        retry = self.request_retry()["params"]
        progress = []
        for exchange, state in zip(
            self.failed, ("succeeded", "failed", "succeeded"), strict=True
        ):
            self.retry(exchange, state)
            numbers = self.read(retry)
            progress.append((numbers["done"], numbers["total"], numbers["failed"]))
        self.assertEqual(progress, [(1, 3, 0), (2, 3, 1), (3, 3, 1)])

    def test_later_automatic_attempts_are_not_waited_for(self):
        retry = self.request_retry()["params"]
        self.retry(self.failed[0], "failed")
        self.assertGreater(
            self.failed[0].next_attempt, self.failed[0].retry_requested_at
        )
        self.assertEqual(self.read(retry)["done"], 1)

    def test_other_retries_of_the_user_are_not_counted(self):
        retry = self.request_retry()["params"]
        other = self.exchange_of(self.env["res.partner"].create({"name": "Probe"}))
        other.sudo().write(
            {
                "retry_requested_by_id": self.users["manager"].id,
                "retry_requested_at": fields.Datetime.now() - timedelta(hours=1),
            }
        )
        self.assertEqual(self.read(retry)["total"], 3)

    def test_other_users_do_not_see_the_progress(self):
        retry = self.request_retry()["params"]
        self.assertEqual(self.read(retry, "admin")["total"], 0)
        with self.assertRaises(AccessError):
            self.read(retry, "plain")

    def test_a_malformed_time_is_refused_with_an_example(self):
        for time in ("noon", "", None, "\x00", 7, ["2026-03-02"]):
            with self.assertRaisesRegex(UserError, "such as 2026-03-02 12:00:00"):
                self.read({"requested_at": time})

    def test_if_no_exchange_may_be_retried_a_notification_says_so(self):
        self.failed.sudo().state = "resolved"
        answer = self.request_retry()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertFalse(self.failed.filtered("next_attempt"))
