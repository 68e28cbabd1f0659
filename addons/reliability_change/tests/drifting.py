"""A database whose settings are compared with their baseline at chosen moments."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, freeze_time, new_test_user

from ..sources import SOURCES
from ..sources.found import Found, plain


class DriftCase(TransactionCase):
    """Without deployments; the baseline is made at ``now``, the begin of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sources = cls.env["reliability.drift.source"]
        cls.drift = cls.env["reliability.drift"]
        cls.deployments = cls.env["reliability.deployment"]
        cls.sources.search([]).unlink()
        cls.hosts = cls.env["reliability.drift.host"]
        cls.hosts.search([]).unlink()
        cls.deployments.search([]).unlink()
        cls.now = cls.env.cr.now().replace(microsecond=0) - timedelta(minutes=30)
        cls.manager = new_test_user(
            cls.env, "drift_manager", "base.group_user,reliability.group_manager"
        )

    def setUp(self):
        super().setUp()
        self.alive = set()
        deployments = type(self.deployments)
        self.patch(deployments, "_hosts_alive", lambda _self, _now: self.alive)
        self.sources._compare(self.now)

    def after(self, minutes):
        return self.now + timedelta(minutes=minutes)

    def compare(self, minutes=60):
        """Compare at a moment after the baseline; return what differs then."""
        self.env.flush_all()
        self.sources._compare(self.after(minutes))
        return self.drifted()

    def drifted(self):
        return self.drift.search([("state", "=", "drifted")], order="id")

    def source(self, code):
        return self.sources.search([("code", "=", code)])

    def replace(self, code, read):
        """Let another function read a source.

        :param read: a function of an environment, or a dict of key → value
        """
        if isinstance(read, dict):
            items = {key: plain(value) for key, value in read.items()}
            read = lambda _env: Found(items)  # noqa: E731
        self.enterContext(patch.dict(SOURCES, {code: read}))

    def make_deployment(self, begin, end, **values):
        """Create a deployment; minutes after the baseline."""
        return self.deployments.create(
            {
                "begin": self.after(begin),
                "end": self.after(end),
                "state": "done",
                "is_seen": True,
                **values,
            }
        )

    def alerts(self, minutes):
        """Return the alerts of drift at a moment: cause → alerts."""
        with freeze_time(self.after(minutes)):
            found = self.env["reliability.health.provider"]._alerts()
        result = {}
        for alert in found:
            if alert.provider == "drift":
                result.setdefault(alert.cause, []).append(alert)
        return result

    def text(self, alert, minutes):
        with freeze_time(self.after(minutes)):
            provider = self.env["reliability.health.provider"]
            return provider._describe_alert(alert).text
