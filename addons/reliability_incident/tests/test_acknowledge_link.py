"""The link in messages acknowledges an incident: for its reader, and nobody else."""

import re

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import NOON, IncidentCase


@tagged("-at_install", "post_install")
class TestLink(IncidentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.service.notify_by_mail = True
        # The link is valid for a day, and the server's clock is not frozen.
        now = (fields.Datetime.now() - NOON).total_seconds() // 60
        self.evaluate(now, self.alert())
        mail = self.env["mail.mail"].search([("subject", "=like", "Probing:%")])
        self.link = re.search(r'href="([^"]*acknowledge[^"]*)"', mail.body_html)[1]

    def follow(self, login, link=None):
        self.authenticate(login, login)
        path = (link or self.link).removeprefix(self.incident().get_base_url())
        return self.url_open(path, allow_redirects=False)

    def test_it_acknowledges_and_opens_the_incident(self):
        answer = self.follow(self.user.login)
        self.assertIn(
            f"/odoo/reliability-incidents/{self.incident().id}",
            answer.headers["Location"],
        )
        self.assertEqual(self.incident().acknowledged_by_id, self.user)

    def test_somebody_else_only_reads(self):
        self.follow(self.manager.login)
        self.assertFalse(self.incident().acknowledged_at)

    def test_a_stranger_logs_in_first(self):
        answer = self.url_open(
            self.link.removeprefix(self.incident().get_base_url()),
            allow_redirects=False,
        )
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertFalse(self.incident().acknowledged_at)

    def test_a_wrong_token_opens_the_list(self):
        for token in ("", "x", "AQ", self.link[-20:]):
            link = f"/reliability/incident/acknowledge?token={token}"
            answer = self.follow(self.user.login, link)
            self.assertTrue(answer.headers["Location"].endswith("incidents"))
        self.assertFalse(self.incident().acknowledged_at)
