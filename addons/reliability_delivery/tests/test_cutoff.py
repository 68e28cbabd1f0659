"""Cutoffs: who sees and changes them, and alerts about their trucks."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .cutoffs import CutoffCase

VIEWER = "base.group_user,reliability.group_viewer"


@tagged("post_install", "-at_install")
class TestAlerts(CutoffCase):
    def test_a_truck_at_risk_is_an_alert_that_opens_as_many_parcels_as_it_counts(self):
        self.make_cutoff(3, carrier_id=self.other.id)
        self.parcels(5, self.other)
        self.parcels(20)
        self.pack_three_an_hour()
        (alert,) = [one for one in self.alerts() if one.subject == str(self.cutoff.id)]
        described, can_act = self.described(alert)
        self.assertIn("of the 20 parcels left will miss the truck", described.text)
        self.assertEqual((self.count(described.action), alert.count), (20, 20))
        self.assertTrue(can_act)

    def test_a_truck_at_risk_is_the_only_alert_about_it(self):
        self.parcels(20)
        self.pack_three_an_hour()
        self.env.invalidate_all()
        alerts, work = self.env["reliability.evaluator"]._evaluate(
            fields.Datetime.now()
        )
        (alert,) = [
            alert
            for alert in alerts
            if (alert.service, alert.warehouse) == ("shipping", "PROBE")
        ]
        self.assertEqual((alert.cause, alert.severity), ("cutoff", "degraded"))
        shipping = self.env.ref("reliability_delivery.service_shipping").id
        (backlogs,) = [
            found.backlogs
            for key, found in work.items()
            if (key.service_id, key.warehouse) == (shipping, "PROBE")
        ]
        self.assertEqual(backlogs["parcels"]["count"], 20)

    def test_a_truck_in_time_is_no_alert(self):
        self.parcels(2)
        self.pack_three_an_hour()
        self.assertEqual(self.alerts(), [])

    def test_a_user_without_rights_in_stock_reads_it_and_gets_no_action(self):
        """Names that the user may not read must not hide the alert."""
        own = self.make_cutoff(3, carrier_id=self.carrier.id)
        self.parcels(20)
        self.pack_three_an_hour()
        (alert,) = [one for one in self.alerts() if one.subject == str(own.id)]
        described, can_act = self.described(alert, VIEWER)
        self.assertIn("Probe Parcels: ", described.text)
        self.assertFalse(described.action or can_act)

    def test_an_alert_that_has_closed_does_not_warn_of_a_later_truck(self):
        self.parcels(20)
        self.pack_three_an_hour()
        (alert,) = self.alerts()
        self.env["stock.picking"].search(
            [("carrier_id", "=", self.carrier.id), ("state", "!=", "done")]
        ).action_cancel()
        described, _can_act = self.described(alert)
        self.assertIn("no parcel is at risk any more", described.text)
        self.assertFalse(described.action)
        self.cutoff.unlink()
        described, _can_act = self.described(alert)
        self.assertEqual(described.text, "The cutoff of this truck was deleted")


@tagged("post_install", "-at_install")
class TestCutoff(CutoffCase):
    def test_a_viewer_finds_cutoffs_in_the_menu_and_changes_none(self):
        viewer = new_test_user(self.env, "cutoff_viewer", VIEWER)
        menu = self.env.ref("reliability_delivery.menu_trucks")
        self.assertIn(menu.id, menu.with_user(viewer)._visible_menu_ids())
        cutoff = self.cutoff.with_user(viewer)
        self.assertIn("PROBE", cutoff.read(["display_name"])[0]["display_name"])
        with self.assertRaises(AccessError):
            cutoff.hour = 17

    def test_its_name_has_its_time(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        when = self.clock(hours=2)
        self.assertEqual(own.display_name, f"PROBE · Probe Parcels · {when}")

    def test_a_new_cutoff_has_no_forecast(self):
        draft = self.env["reliability.cutoff"].new(
            {"warehouse_id": self.warehouse.id, "hour": 16, "tz": self.zone}
        )
        self.assertFalse(draft.forecast)

    def test_a_changed_cutoff_has_another_forecast(self):
        self.parcels(2, scheduled=timedelta(hours=-6))
        self.env.invalidate_all()
        before = self.cutoff.forecast
        self.cutoff.hour += 1
        self.assertNotEqual(self.cutoff.forecast, before)

    def test_invalid_times_are_rejected(self):
        for values in ({"hour": 24}, {"hour": -1}, {"warn_minutes": 0}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.cutoff.write(values)
                    self.env.flush_all()

    def test_users_see_the_cutoffs_of_their_companies(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = new_test_user(
            self.env,
            "cutoff_elsewhere",
            VIEWER,
            company_id=company.id,
            company_ids=[company.id],
        )
        here = new_test_user(self.env, "cutoff_here", VIEWER)
        for user, count in ((here, 1), (elsewhere, 0)):
            cutoffs = self.env["reliability.cutoff"].with_user(user)
            seen = cutoffs.search_count([("warehouse_id", "=", self.warehouse.id)])
            self.assertEqual(seen, count)
