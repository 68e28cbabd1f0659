"""What is wrong in odoo.conf is told on the page of the status."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

SETTINGS = "odoo.addons.reliability_outbound.models.reliability_self_check.settings"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@tagged("-at_install", "post_install")
class TestProblems(TransactionCase):
    def problems(self, **options):
        found = SimpleNamespace(options=options)
        with patch(SETTINGS, lambda: found):
            every = self.env["reliability.self.check"]._addon_problems()
        return [one for one in every if one.startswith("No webhook")]

    def test_none_without_a_webhook_or_with_a_complete_one(self):
        self.assertEqual(self.problems(), [])
        url = "https://receiver.example/incidents"
        self.assertEqual(self.problems(webhook_url=url, webhook_secret=SECRET), [])

    def test_an_address_that_is_none(self):
        (text,) = self.problems(webhook_url="receiver.example", webhook_secret=SECRET)
        self.assertIn("webhook_url", text)

    def test_a_secret_that_is_missing_or_short(self):
        for secret in ("", "whsec_YWJj"):
            (text,) = self.problems(
                webhook_url="https://receiver.example", webhook_secret=secret
            )
            self.assertIn("openssl rand -base64 32", text)
