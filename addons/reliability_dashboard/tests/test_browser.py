"""Tours and component tests in a browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.reliability.tests.clocks import zone_of_noon
from odoo.addons.reliability.tests.hoot import HootCase
from odoo.addons.reliability_health.tests import test_evaluator


@tagged("-at_install", "post_install")
class TestBrowser(HootCase, test_evaluator.EvaluatedCase, HttpCase):
    """Most calls of a service fail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.owner_id = False
        cls.make_operation()

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        # In the users' time zone it is noon: all calls are of today.
        self.zone = zone_of_noon(now)
        self.trouble(now - timedelta(minutes=4, seconds=30))
        self.fake_last_polls()
        self.last_polls["one"] = now

    def run_tour(self, role, start="/odoo/reliability"):
        groups = f"base.group_user,reliability.group_{role}"
        user = new_test_user(self.env, f"probing_{role}", groups, tz=self.zone)
        tour = f"reliability_dashboard.{role}"
        self.start_tour(start, tour, login=user.login, timeout=120)

    def test_a_viewer_opens_failed_calls_and_compares_weeks(self):
        self.run_tour("viewer")

    def test_a_manager_opens_failed_calls_from_the_icon(self):
        self.run_tour("manager", "/odoo")

    def test_an_administrator_opens_the_service(self):
        self.run_tour("admin", "/odoo")

    def test_components(self):
        self.run_components("reliability_dashboard")
