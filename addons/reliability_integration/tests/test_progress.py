"""Who lets Odoo ask many again sees how far it is, in any window of his."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .screens import ScreensCase


@tagged("-at_install", "post_install")
class TestProgress(ScreensCase):
    def setUp(self):
        super().setUp()
        self.users["manager"].group_ids += self.env.ref("base.group_partner_manager")
        partners = self.env["res.partner"].create([{"name": "Probe"}] * 3)
        self.failed = self.env["reliability.exchange"].union(
            *(self.of(partner) for partner in partners)
        )
        self.patch(self.env.cr, "commit", self.env.flush_all)

    def of(self, partner, **values):
        return self.exchange(
            repeatable="idempotent",
            retry_method="action_unarchive",
            res_model="res.partner",
            res_id=partner.id,
            **values,
        )

    def ask_again(self):
        exchanges = self.failed.with_user(self.users["manager"])
        wizard = exchanges.env["reliability.retry"].create(
            {"exchange_ids": [fields.Command.set(exchanges.ids)]}
        )
        return wizard.action_retry()

    def read(self, asked, role="manager"):
        exchanges = self.env["reliability.exchange"].with_user(self.users[role])
        return exchanges.read_progress(asked["asked_at"])

    def retry(self, exchange, state):
        """Let Odoo ask again, and the exchange come to a state by it."""

        def become(_partner):
            exchange.sudo().state = state

        self.patch(self.env.registry["res.partner"], "action_unarchive", become)
        self.env["reliability.exchange"]._retry_one(exchange.id)

    def test_the_window_that_asks_again_shows_it_from_the_beginning(self):
        answer = self.ask_again()
        self.assertEqual(answer["tag"], "reliability_integration.progress")
        numbers = answer["params"]
        self.assertEqual((numbers["total"], numbers["done"]), (3, 0))

    def test_after_each_one_it_knows_one_more(self):
        asked = self.ask_again()["params"]
        found = []
        for exchange, state in zip(
            self.failed, ("succeeded", "failed", "succeeded"), strict=True
        ):
            self.retry(exchange, state)
            numbers = self.read(asked)
            found.append((numbers["done"], numbers["total"], numbers["failed"]))
        self.assertEqual(found, [(1, 3, 0), (2, 3, 1), (3, 3, 1)])

    def test_what_is_asked_again_later_by_itself_is_not_waited_for(self):
        asked = self.ask_again()["params"]
        self.retry(self.failed[0], "failed")
        self.assertGreater(self.failed[0].next_try, self.failed[0].asked_at)
        self.assertEqual(self.read(asked)["done"], 1)

    def test_what_he_asked_for_at_another_time_is_not_counted(self):
        asked = self.ask_again()["params"]
        other = self.of(self.env["res.partner"].create({"name": "Probe"}))
        other.sudo().write(
            {
                "asked_by_id": self.users["manager"].id,
                "asked_at": fields.Datetime.now() - timedelta(hours=1),
            }
        )
        self.assertEqual(self.read(asked)["total"], 3)

    def test_others_do_not_see_what_he_asked_for(self):
        asked = self.ask_again()["params"]
        self.assertEqual(self.read(asked, "admin")["total"], 0)
        with self.assertRaises(AccessError):
            self.read(asked, "plain")

    def test_where_nothing_may_be_asked_again_it_says_so(self):
        self.failed.sudo().state = "resolved"
        answer = self.ask_again()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertFalse(self.failed.filtered("next_try"))
