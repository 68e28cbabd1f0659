"""The screens of the ledger in a browser."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from odoo.addons.reliability.tests.hoot import hoot_id

from . import screens

_SUITE = "@reliability_integration"


@tagged("-at_install", "post_install")
class TestBrowser(screens.ScreensCase, HttpCase):
    """A manager after a carrier has failed."""

    def setUp(self):
        super().setUp()
        self.enterContext(screens.listed("res.partner", "action_unarchive"))
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
                error_message="The weight is missing.",
                status=422,
            )
        self.unknown = self.exchange("unknown", res_name="PARCEL/8")
        self.attempt(self.unknown, "unknown", error_message="No answer.")

    def test_empty_screens_say_so(self):
        """They show no sample data, which Odoo cannot make for groups by hour."""
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

    def test_a_manager_finds_retries_and_resolves(self):
        self.start_tour(
            "/odoo/reliability-exchanges",
            "reliability_integration.manager",
            login=self.users["manager"].login,
            timeout=120,
        )
        self.env.invalidate_all()
        self.assertEqual(self.failed.state, "retrying")
        self.assertEqual(self.failed.retry_requested_by_id, self.users["manager"])
        self.assertEqual(self.unknown.state, "resolved")
        self.assertEqual(self.unknown.resolution, "Called them: it is on its way")

    def test_all_components(self):
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
