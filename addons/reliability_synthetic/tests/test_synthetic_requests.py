"""Requests of the synthetic company's users are left out; those of others are not."""

import json
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from ..models import ir_http

SERVICE = "reliability.synthetic.company"


@tagged("-at_install", "post_install")
class TestRequests(HttpCase):
    def setUp(self):
        super().setUp()
        self.synthetic = self.env[SERVICE]._make()
        shown = self.synthetic._show_accounts()
        self.accounts = json.loads(shown["context"]["default_key"])
        self.env.flush_all()

    @contextmanager
    def left_out(self):
        """Collect the requests that are left out in the block."""
        with patch.object(ir_http, "leave_out_request") as leave_out:
            yield leave_out

    def send(self, method, key, **arguments):
        response = self.url_open(
            f"/json/2/{SERVICE}/{method}",
            data=json.dumps(arguments),
            headers={
                "Authorization": f"bearer {key}",
                "Content-Type": "application/json",
            },
        )
        self.env.invalidate_all()
        return response

    def test_the_api_gives_a_plan_and_is_left_out(self):
        with self.left_out() as leave_out:
            response = self.send("plan", self.accounts["key"], journey="portal_order")
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(response.json()["values"]["quantity"], 1)
        self.assertTrue(leave_out.called)

    def test_a_refusal_is_a_sentence(self):
        response = self.send("plan", self.accounts["key"], journey="typo")
        self.assertEqual(response.status_code, 422, response.text)
        self.assertEqual(response.json()["name"], "odoo.exceptions.UserError")
        self.assertIn("There is no journey typo", response.json()["message"])

    def test_an_order_is_made_and_cleaned_up(self):
        key, uid = self.accounts["key"], self.synthetic.user_id.id
        order = (
            self.env["sale.order"]
            .with_user(uid)
            .create({"partner_id": self.synthetic.partner_id.id})
        )
        self.env.flush_all()
        response = self.send("clean_up", key, order_ids=order.ids)
        self.assertEqual(response.json(), {"orders": 0, "transfers": 0}, response.text)
        self.assertFalse(order.exists())

    def test_the_portal_user_is_left_out_from_the_login_on(self):
        login, password = self.accounts["login"], self.accounts["password"]
        page = self.url_open("/web/login").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"login": login, "password": password, "csrf_token": token}
        with self.left_out() as leave_out:
            self.url_open("/web/login", data=form, allow_redirects=False)
            self.assertTrue(leave_out.called, "the login")
            leave_out.reset_mock()
            self.assertEqual(self.url_open("/my").status_code, 200)
            self.assertTrue(leave_out.called, "a page")

    def test_requests_of_others_are_measured(self):
        new_test_user(self.env, "works_as_ever", "base.group_user", password="w" * 12)
        with self.left_out() as leave_out:
            self.url_open("/web/login")
            self.authenticate("works_as_ever", "w" * 12)
            self.url_open("/odoo")
        leave_out.assert_not_called()

    def test_who_others_are_needs_no_query(self):
        users = self.env[SERVICE]
        users._is_user(self.env.uid)
        with self.assertQueryCount(0):
            self.assertFalse(users._is_user(self.env.uid))
            self.assertTrue(users._is_user(self.synthetic.user_id.id))

    def test_a_database_that_is_not_upgraded_has_none(self):
        self.env.registry.clear_cache()
        with patch(
            "odoo.addons.reliability_synthetic.models.reliability_synthetic_company"
            ".sql.table_exists",
            return_value=False,
        ):
            self.assertFalse(self.env[SERVICE]._is_user(self.synthetic.user_id.id))
        self.env.registry.clear_cache()
