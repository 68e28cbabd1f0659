"""The screens of error budgets in a browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.reliability.tests.hoot import HootCase

from . import test_counting


@tagged("-at_install", "post_install")
class TestBrowser(HootCase, test_counting.ObjectiveCase, HttpCase):
    """A budget with some failures left."""

    def test_a_viewer_sees_what_is_left_and_opens_what_used_it_up(self):
        now = fields.Datetime.now()
        moment = now - timedelta(minutes=2)
        self.count(moment, *["success"] * 396, "failed", "failed", "killed")
        self.evaluate(now)
        groups = "base.group_user,reliability.group_viewer"
        user = new_test_user(self.env, "probing_viewer", groups, tz="UTC")
        self.start_tour(
            f"/odoo/reliability-budgets/{self.budget().id}",
            "reliability_slo.budget",
            login=user.login,
            timeout=120,
        )

    def test_components(self):
        self.run_components("reliability_slo")
