"""Alerts at chosen moments, and what becomes of them."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, new_test_user

from odoo.addons.reliability.api import Alert
from odoo.addons.reliability.tests.counting import NOON
from odoo.addons.reliability_health.tests.test_evaluator import EvaluatedCase


def after(minutes):
    """Return noon and so many minutes."""
    return NOON + timedelta(minutes=minutes)


class IncidentCase(EvaluatedCase):
    """A service with alerts that the test chooses; nothing else has any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.incident"].search([]).unlink()
        cls.manager = new_test_user(
            cls.env, "a manager", "base.group_user,reliability.group_manager"
        )

    def alert(self, cause="broken", **values):
        """Return an alert of the service, as a provider contributes it."""
        fields = {
            "provider": "probe",
            "cause": cause,
            "service": self.service.code,
            "severity": "interrupted",
            "count": 1,
            "since": after(-2),
            "last": NOON,
            "company_id": self.env.company.id,
            "warehouse": "WH",
        }
        return Alert(**(fields | values))

    def evaluate(self, minutes, *alerts):
        """Evaluate all services some minutes after noon, with these alerts only."""
        evaluator = type(self.env["reliability.evaluator"])
        found = patch.object(evaluator, "_contributed", lambda _self, _now: [*alerts])
        with found, freeze_time(after(minutes)):
            self.env["reliability.evaluator"]._run(after(minutes))

    def incidents(self, **where):
        """Return the incidents, the first one first."""
        domain = [(name, "=", value) for name, value in where.items()]
        return self.env["reliability.incident"].search(domain, order="id")

    def incident(self):
        """Return the only incident."""
        incident = self.incidents()
        self.assertEqual(len(incident), 1)
        return incident

    def activities(self, user=None):
        """Return what a person was asked to do."""
        user = user or self.user
        return self.env["mail.activity"].search([("user_id", "=", user.id)])
