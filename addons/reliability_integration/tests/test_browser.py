"""What people see and do, in a browser."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.hoot import hoot_id

from . import screens

_SUITE = "@reliability_integration"


@tagged("-at_install", "post_install")
class TestInABrowser(screens.ScreensCase, HttpCase):
    """After a bad hour with a carrier."""

    def setUp(self):
        super().setUp()
        manager = self.users["manager"]
        manager.group_ids += self.env.ref("base.group_partner_manager")
        parcel = self.env["res.partner"].create({"name": "Parcel 7"})
        self.failed = self.exchange(
            "failed",
            res_name="PARCEL/7",
            res_model="res.partner",
            res_id=parcel.id,
            retry_method="action_unarchive",
            repeatable="idempotent",
        )
        for minutes in (40, 20):
            self.attempt(
                self.failed,
                "failed",
                timedelta(minutes=minutes),
                message="The weight is missing.",
                status=422,
            )
        self.unknown = self.exchange("unknown", res_name="PARCEL/8")
        self.attempt(self.unknown, "unknown", message="No answer.")

    def test_where_nothing_was_asked_each_screen_says_so(self):
        """Not with made-up figures; those that Odoo makes up for hours fail, too."""
        for model in ("attempt", "exchange"):
            self.env[f"reliability.{model}"].sudo().search([]).unlink()
        for screen in ("attempts", "exchanges", "references"):
            self.browser_js(
                f"/odoo/reliability-{screen}",
                "console.log('test successful')",
                "!!document.querySelector('.o_view_nocontent_smiling_face')",
                login=self.users["manager"].login,
                timeout=120,
            )

    def test_a_manager_finds_asks_again_and_settles(self):
        self.start_tour(
            "/odoo/reliability-exchanges",
            "reliability_integration.manager",
            login=self.users["manager"].login,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(self.failed.state, "retrying")
        self.assertEqual(self.failed.asked_by_id, self.users["manager"])
        self.assertEqual(self.unknown.state, "resolved")
        self.assertEqual(self.unknown.resolution, "Called them: it is on its way")

    def test_every_component_does_what_it_promises(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&timeout=15000&preset=desktop"
            f"&id={hoot_id(_SUITE)}",
            code="",
            ready="",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
