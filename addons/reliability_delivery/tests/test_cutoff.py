"""Cutoffs forecast whether today's parcels will be on the truck."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.tests.clocks import zone_of_noon


@tagged("post_install", "-at_install")
class TestCutoff(TransactionCase):
    """It is noon where the warehouse is; the truck leaves at four."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.cutoff"].search([]).unlink()
        cls.now = cls.env.cr.now().replace(microsecond=0)
        cls.warehouse = cls.env["stock.warehouse"].create(
            {"name": "Probe", "code": "PROBE"}
        )
        cls.carrier = cls.make_carrier("Probe Parcels")
        cls.other = cls.make_carrier("Other Parcels")
        cls.cutoff = cls.make_cutoff()
        product = {"name": "Probe", "type": "consu"}
        cls.product = cls.env["product.product"].create(product)

    @classmethod
    def make_carrier(cls, name):
        product = cls.env["product.product"].create({"name": name, "type": "service"})
        return cls.env["delivery.carrier"].create(
            {"name": name, "delivery_type": "fixed", "product_id": product.id}
        )

    @classmethod
    def make_cutoff(cls, hours=4, **values):
        """Make a daily cutoff, some hours after now, which is noon."""
        days = "monday tuesday wednesday thursday friday saturday sunday".split()
        return cls.env["reliability.cutoff"].create(
            {
                **dict.fromkeys(days, True),
                "warehouse_id": cls.warehouse.id,
                "hour": 12 + cls.now.minute / 60 + cls.now.second / 3600 + hours,
                "tz": zone_of_noon(cls.now),
                "warn_minutes": 60,
                **values,
            }
        )

    def parcels(self, count, carrier=None, done=None, scheduled=timedelta(0)):
        """Make parcels to do, or parcels that were validated some time ago.

        :param done: how long ago they were validated; ``None`` if they are to do
        :param scheduled: when they are due, from now on
        """
        picking_type = self.warehouse.out_type_id
        parcels = self.env["stock.picking"].create(
            [
                {
                    "picking_type_id": picking_type.id,
                    "carrier_id": (carrier or self.carrier).id,
                    "location_id": picking_type.default_location_src_id.id,
                    "location_dest_id": self.ref("stock.stock_location_customers"),
                    "move_ids": [
                        fields.Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1,
                                "location_id": picking_type.default_location_src_id.id,
                                "location_dest_id": self.ref(
                                    "stock.stock_location_customers"
                                ),
                            }
                        )
                    ],
                }
                for _number in range(count)
            ]
        )
        parcels.action_confirm()
        parcels.scheduled_date = self.now + scheduled
        self.env.flush_all()
        if done is not None:
            self.env.cr.execute(
                "UPDATE stock_picking SET state = 'done', date_done = %s"
                " WHERE id IN %s",
                [self.now - done, tuple(parcels.ids)],
            )
        return parcels

    def validate_three_an_hour(self):
        self.parcels(1, done=timedelta(hours=2))
        self.parcels(3, done=timedelta(minutes=30))

    def forecast(self, cutoff=None):
        """Return the forecast of a cutoff, which must be today."""
        (forecast,) = self.env["reliability.cutoff"]._forecasts(
            [("id", "=", (cutoff or self.cutoff).id)]
        )
        return forecast

    def backlog(self):
        """Return the backlog of the warehouse's parcels."""
        (backlog,) = [
            backlog
            for backlog in self.env["reliability.health.provider"]._backlogs()
            if (backlog.kind, backlog.warehouse) == ("parcels", "PROBE")
        ]
        return backlog

    def alert(self, cutoff=None):
        """Return the alert about a cutoff."""
        subject = str((cutoff or self.cutoff).id)
        (alert,) = [
            alert
            for alert in self.env["reliability.health.provider"].sudo()._alerts()
            if (alert.provider, alert.cause, alert.subject)
            == ("delivery", "cutoff", subject)
        ]
        return alert

    def described(self, alert, groups=""):
        """Return an alert as a new user of some groups sees it, and whether he acts."""
        provider = self.env["reliability.health.provider"]
        if groups:
            provider = provider.with_user(
                new_test_user(self.env, "cutoff_reader", groups)
            )
        self.env.invalidate_all()
        return provider._describe_alert(alert), provider._can_act_on(alert)

    def state(self, cutoff=None):
        return self.forecast(cutoff).state

    def gauge(self, name):
        """Return the values of a gauge for the warehouse."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT value FROM reliability_gauge_{name} WHERE warehouse = 'PROBE'"
        )
        return [float(value) for (value,) in self.env.cr.fetchall()]

    def test_without_parcels_the_state_is_done(self):
        self.assertEqual(self.state(), "done")

    def test_a_sufficient_pace_is_in_time(self):
        self.parcels(8)
        self.validate_three_an_hour()
        forecast = self.forecast()
        self.assertEqual(
            (forecast.state, forecast.parcels_left, forecast.parcels_per_hour),
            ("in_time", 8, 3),
        )
        ready = self.now + timedelta(hours=8 / 3)
        self.assertAlmostEqual(forecast.ready_at, ready, delta=timedelta(seconds=90))
        self.assertIn("8 parcels left for the truck", self.cutoff.forecast)

    def test_a_pace_that_is_too_slow_shows_how_many_miss_the_truck(self):
        self.parcels(20)
        self.validate_three_an_hour()
        forecast = self.forecast()
        self.assertEqual(
            (forecast.state, forecast.parcels_missing), ("at_risk", 20 - 4 * 3 + 1)
        )
        self.assertIn("of 20 parcels will miss the truck", self.cutoff.forecast)
        self.assertEqual(self.gauge("cutoff_at_risk"), [1])
        self.assertEqual(self.gauge("cutoff_parcels_left"), [20])

    def test_the_pace_counts_from_the_first_parcel_of_the_day(self):
        self.parcels(20)
        self.parcels(3, done=timedelta(minutes=30))
        forecast = self.forecast()
        self.assertEqual(forecast.state, "in_time")
        self.assertAlmostEqual(forecast.parcels_per_hour, 6, delta=0.01)

    def test_before_the_first_parcel_the_usual_pace_counts(self):
        self.parcels(2)
        for week in (1, 2, 3, 4):
            self.parcels(4, done=timedelta(weeks=week, hours=-1))
        forecast = self.forecast()
        self.assertEqual(forecast.state, "in_time")
        self.assertAlmostEqual(forecast.parcels_per_hour, 1, delta=0.01)

    def test_work_that_has_not_begun_is_a_risk_only_shortly_before_the_cutoff(self):
        self.parcels(2)
        self.assertEqual(self.state(), "not_begun")
        self.cutoff.warn_minutes = 300
        self.assertEqual(self.state(), "at_risk")
        self.assertIn("hardly any is validated", self.cutoff.forecast)

    def test_parcels_left_after_departure_have_missed_the_truck(self):
        late = self.make_cutoff(-1)
        self.cutoff.active = False
        self.parcels(2, scheduled=timedelta(hours=-2))
        forecast = self.forecast(late)
        self.assertEqual((forecast.state, forecast.parcels_missing), ("missed", 2))

    def test_parcels_that_missed_a_truck_go_with_the_next(self):
        earlier = self.make_cutoff(-1)
        self.parcels(2, scheduled=timedelta(hours=-2))
        domain = [("id", "=", earlier.id)]
        self.assertEqual(self.env["reliability.cutoff"]._forecasts(domain), [])
        self.assertEqual(self.forecast().parcels_left, 2)

    def test_a_truck_of_another_day_takes_no_missed_parcels(self):
        earlier = self.make_cutoff(-1)
        days = "monday tuesday wednesday thursday friday saturday sunday".split()
        local = self.now + timedelta(hours=12 - self.now.hour)
        self.cutoff[days[local.weekday()]] = False
        self.parcels(2, scheduled=timedelta(hours=-2))
        self.assertEqual(self.state(earlier), "missed")

    def test_a_parcel_for_two_trucks_is_counted_once(self):
        self.make_cutoff(6)
        self.parcels(3)
        self.assertEqual(self.backlog().count, 3)

    def test_the_backlog_opens_exactly_the_parcels_it_counts(self):
        self.make_cutoff(6)
        self.parcels(1)
        self.parcels(4, scheduled=timedelta(days=-3))
        self.parcels(2, scheduled=timedelta(days=1))
        provider = self.env["reliability.health.provider"]
        scope = provider._scope(self.warehouse.id)
        text, action = provider._describe_backlog("parcels", scope, 1, 0, None)
        self.assertEqual(text, "1 parcel is still to do")
        opened = self.env["stock.picking"].search_count(action["domain"])
        self.assertEqual(opened, 1)

    def test_a_viewer_changes_no_cutoff(self):
        groups = "stock.group_stock_user,reliability.group_viewer"
        viewer = new_test_user(self.env, "cutoff_viewer", groups)
        with self.assertRaises(AccessError):
            self.cutoff.with_user(viewer).hour = 17

    def test_a_forecast_opens_exactly_the_parcels_it_counts(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        elsewhere = self.env["stock.warehouse"].create({"name": "E", "code": "ELSE"})
        self.parcels(2)
        self.parcels(3, self.other)
        self.parcels(4, self.other, scheduled=timedelta(days=-3))
        other = self.parcels(5, self.other)
        other.picking_type_id = elsewhere.out_type_id
        self.env.flush_all()
        provider, transfers = self.env["reliability.health.provider"], other.browse()
        for cutoff, count in ((own, 2), (self.cutoff, 3)):
            forecast = self.forecast(cutoff)
            self.assertEqual(forecast.parcels_left, count)
            opened = transfers.search_count(provider._parcels_to_do(forecast))
            self.assertEqual(opened, count)

    def test_a_carrier_without_its_own_cutoff_uses_the_common_one(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        self.parcels(2)
        self.parcels(3, self.other)
        self.assertEqual(self.forecast(own).parcels_left, 2)
        self.assertEqual(self.forecast().parcels_left, 3)

    def test_parcels_due_later_and_abandoned_parcels_are_not_counted(self):
        self.parcels(1)
        self.parcels(2, scheduled=timedelta(days=1))
        self.parcels(4, scheduled=timedelta(days=-3))
        self.assertEqual(self.forecast().parcels_left, 1)

    def test_on_a_day_without_a_truck_there_is_no_forecast(self):
        days = "monday tuesday wednesday thursday friday saturday sunday".split()
        local = self.now + timedelta(hours=12 - self.now.hour)
        self.cutoff[days[local.weekday()]] = False
        domain = [("id", "=", self.cutoff.id)]
        self.assertEqual(self.env["reliability.cutoff"]._forecasts(domain), [])
        self.assertFalse(self.cutoff.forecast)

    def test_a_truck_at_risk_is_the_only_alert_about_it(self):
        self.parcels(20)
        self.validate_three_an_hour()
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

    def test_its_alert_opens_as_many_parcels_as_it_counts(self):
        self.make_cutoff(3, carrier_id=self.other.id)
        self.parcels(5, self.other)
        self.parcels(20)
        self.validate_three_an_hour()
        alert = self.alert()
        described, can_act = self.described(alert)
        self.assertIn("of 20 parcels will miss the truck", described.text)
        opened = self.env["stock.picking"].search_count(described.action["domain"])
        self.assertEqual((opened, alert.count), (20, 20))
        self.assertTrue(can_act)

    def test_each_truck_has_its_own_alert_of_its_warehouse(self):
        own = self.make_cutoff(3, carrier_id=self.carrier.id)
        self.parcels(20)
        self.parcels(10, self.other)
        for carrier in (self.carrier, self.other):
            self.parcels(1, carrier, done=timedelta(hours=2))
            self.parcels(1, carrier, done=timedelta(minutes=30))
        for cutoff, count in ((own, 20), (self.cutoff, 10)):
            alert = self.alert(cutoff)
            company = self.warehouse.company_id.id
            self.assertEqual((alert.company_id, alert.warehouse), (company, "PROBE"))
            self.assertEqual(alert.count, count)

    def test_a_user_without_rights_in_stock_reads_it_and_gets_no_action(self):
        """Names that the user may not read must not hide the alert."""
        own = self.make_cutoff(3, carrier_id=self.carrier.id)
        self.parcels(20)
        self.validate_three_an_hour()
        alert = self.alert(own)
        groups = "base.group_user,reliability.group_manager"
        described, can_act = self.described(alert, groups)
        self.assertIn("PROBE · Probe Parcels: ", described.text)
        self.assertFalse(described.action or can_act)

    def test_an_alert_that_has_closed_does_not_warn_of_a_later_truck(self):
        self.parcels(20)
        self.validate_three_an_hour()
        alert = self.alert()
        self.env["stock.picking"].search(
            [("carrier_id", "=", self.carrier.id), ("state", "!=", "done")]
        ).action_cancel()
        described, _can_act = self.described(alert)
        self.assertEqual(described.text, "PROBE: no parcel is at risk any more")
        self.assertFalse(described.action)
        self.cutoff.unlink()
        described, _can_act = self.described(alert)
        self.assertEqual(described.text, "The cutoff of this truck was deleted")

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
            "base.group_user,reliability.group_viewer",
            company_id=company.id,
            company_ids=[company.id],
        )
        groups = "base.group_user,reliability.group_viewer"
        here = new_test_user(self.env, "cutoff_here", groups)
        for user, count in ((here, 1), (elsewhere, 0)):
            cutoffs = self.env["reliability.cutoff"].with_user(user)
            seen = cutoffs.search_count([("warehouse_id", "=", self.warehouse.id)])
            self.assertEqual(seen, count)
