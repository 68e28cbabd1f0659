"""The forecast of a truck: pace, parcels left, state and cause, as SQL has them."""

from datetime import timedelta

from odoo.tests import tagged

from .cutoffs import CutoffCase

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestPace(CutoffCase):
    """The pace is the lower one of the last hour and the last 20 minutes."""

    def pace(self):
        return self.forecast().parcels_per_hour

    def test_a_steady_pace_is_that_of_the_hour(self):
        self.parcels(8)
        self.pack_three_an_hour()
        forecast = self.forecast()
        self.assertAlmostEqual(forecast.parcels_per_hour, 3)
        ready = self.now + 8 / 3 * HOUR
        self.assertAlmostEqual(forecast.ready_at, ready, delta=timedelta(seconds=2))

    def test_a_pace_that_falls_is_that_of_the_last_twenty_minutes(self):
        self.parcels(8)
        self.pack(90, 55, 50, 45, 40, 35, 10)
        self.assertAlmostEqual(self.pace(), 3)

    def test_a_pace_that_rises_is_that_of_the_hour(self):
        self.parcels(8)
        self.pack(90, 15, 10, 5)
        self.assertAlmostEqual(self.pace(), 3)

    def test_nothing_packed_for_twenty_minutes_is_no_pace(self):
        self.parcels(8)
        self.pack(50, 40, 30, 21)
        forecast = self.forecast()
        self.assertEqual((forecast.parcels_per_hour, forecast.ready_at), (0, None))
        self.assertEqual(forecast.parcels_missing, 8)
        self.assertEqual(forecast.last_packed, self.now - timedelta(minutes=21))

    def test_the_pace_counts_from_the_first_parcel_of_the_day(self):
        self.parcels(20)
        self.pack(30, 15, 10)
        self.assertAlmostEqual(self.pace(), 6)

    def test_the_pace_counts_ten_minutes_at_least(self):
        self.parcels(20)
        self.pack(1, 0)
        self.assertAlmostEqual(self.pace(), 12)

    def test_before_the_first_parcel_the_usual_pace_counts(self):
        self.parcels(2)
        for week in (1, 2, 3, 4):
            self.parcels(4, done=timedelta(weeks=week, hours=-1))
        forecast = self.forecast()
        self.assertEqual(forecast.state, "in_time")
        self.assertTrue(forecast.is_usual)
        self.assertAlmostEqual(forecast.parcels_per_hour, 1)

    def test_once_work_has_stopped_the_usual_pace_counts_no_more(self):
        self.parcels(2)
        for week in (1, 2, 3, 4):
            self.parcels(4, done=timedelta(weeks=week, hours=-1))
        self.pack(90)
        self.assertEqual(self.pace(), 0)

    def test_the_forecast_is_of_the_moment_that_is_asked_for(self):
        self.parcels(8)
        self.pack_three_an_hour()
        self.env.cr.execute(
            "SELECT parcels_per_hour, seconds_left, state"
            " FROM reliability_forecast_cutoffs(%s AT TIME ZONE 'UTC') WHERE id = %s",
            [self.now + 3 * HOUR, self.cutoff.id],
        )
        pace, seconds_left, state = self.env.cr.fetchone()
        self.assertEqual((pace, round(seconds_left), state), (0, 3600, "at_risk"))


@tagged("post_install", "-at_install")
class TestState(CutoffCase):
    """One state for each truck, and one cause where parcels will miss it."""

    def check(self, state, cause="", cutoff=None):
        forecast = self.forecast(cutoff)
        self.assertEqual((forecast.state, forecast.cause), (state, cause))
        return forecast

    def test_without_parcels_there_is_nothing_to_do(self):
        forecast = self.check("done")
        self.assertEqual((forecast.parcels_packed, forecast.parcels_left), (0, 0))

    def test_when_all_are_packed_it_is_done(self):
        self.pack(30, 10)
        self.assertEqual(self.check("done").parcels_packed, 2)

    def test_a_sufficient_pace_is_in_time(self):
        self.parcels(8)
        self.pack_three_an_hour()
        forecast = self.check("in_time")
        self.assertEqual((forecast.parcels_left, forecast.parcels_packed), (8, 4))

    def test_too_slow(self):
        self.parcels(20)
        self.pack_three_an_hour()
        forecast = self.check("at_risk", "slow")
        self.assertEqual(forecast.parcels_missing, 20 - 4 * 3)

    def test_work_that_has_not_started_is_a_risk_only_shortly_before_the_cutoff(self):
        self.parcels(2)
        self.check("not_begun", "not_begun")
        self.cutoff.warn_minutes = 300
        self.check("at_risk", "not_begun")

    def test_a_break_is_a_risk_only_shortly_before_the_cutoff(self):
        self.parcels(2)
        self.pack(50, 40, 30)
        self.check("stopped", "stopped")
        self.cutoff.warn_minutes = 300
        self.check("at_risk", "stopped")

    def test_a_break_is_a_risk_at_once_where_the_pace_before_was_too_slow(self):
        self.parcels(20)
        self.pack(50, 40, 30)
        self.check("at_risk", "stopped")

    def test_labels_fail(self):
        for state in ("failed", "unknown"):
            with self.subTest(state):
                parcels = self.parcels(2)
                self.pack(50, 30)
                self.fail_label(parcels[0], state)
                self.check("at_risk", "labels_fail")

    def test_labels_that_fail_do_not_matter_while_others_are_packed(self):
        self.fail_label(self.parcels(2)[0])
        self.pack_three_an_hour()
        self.check("in_time")

    def test_labels_of_other_parcels_do_not_matter(self):
        self.parcels(2)
        self.pack(50, 30)
        self.fail_label(self.parcels(1, scheduled=timedelta(days=1)))
        self.fail_label(self.parcels(1), "succeeded")
        self.check("stopped", "stopped")

    def test_a_packed_parcel_without_a_label_is_left(self):
        self.let_carrier_give_labels()
        labelled, bare = self.parcels(2, done=timedelta(minutes=5))
        labelled.carrier_tracking_ref = "T1"
        forecast = self.check("at_risk", "unlabelled")
        self.assertEqual((forecast.parcels_packed, forecast.parcels_left), (1, 1))
        opened = labelled.search(self.provider._parcels_to_do(forecast))
        self.assertEqual(opened, bare)
        # The alert about the missing label is the only one.
        self.assertEqual(list(self.provider._cutoff_alerts()), [])

    def test_a_carrier_without_a_partner_system_needs_no_label(self):
        self.pack(5)
        self.check("done")

    def test_parcels_are_not_reserved(self):
        self.set_state(self.parcels(10), "confirmed")
        self.parcels(8)
        self.pack_three_an_hour()
        forecast = self.check("at_risk", "unreserved")
        self.assertEqual(forecast.parcels_unreserved, 10)

    def test_reserving_parcels_does_not_help_where_packing_is_too_slow(self):
        self.set_state(self.parcels(10), "confirmed")
        self.parcels(30)
        self.pack_three_an_hour()
        self.check("at_risk", "slow")

    def test_parcels_left_after_departure_have_missed_the_truck(self):
        late = self.make_cutoff(-1)
        self.cutoff.active = False
        self.parcels(2, scheduled=timedelta(hours=-2))
        self.assertEqual(self.check("missed", cutoff=late).parcels_missing, 2)

    def test_a_truck_that_left_with_all_parcels_has_departed(self):
        late = self.make_cutoff(-1)
        self.cutoff.active = False
        self.pack(90, 80, 10)
        forecast = self.check("departed", cutoff=late)
        self.assertEqual(forecast.parcels_packed, 2, "the third goes another day")

    def test_parcels_that_missed_a_truck_go_with_the_next(self):
        earlier = self.make_cutoff(-1)
        self.parcels(2, scheduled=timedelta(hours=-2))
        self.pack(90, 80, 10)
        gone = self.check("departed", cutoff=earlier)
        self.assertEqual((gone.parcels_packed, gone.parcels_left), (2, 0))
        forecast = self.forecast()
        self.assertEqual((forecast.parcels_packed, forecast.parcels_left), (1, 2))

    def test_a_truck_of_another_day_takes_no_missed_parcels(self):
        earlier = self.make_cutoff(-1)
        self.cutoff[self.today()] = False
        self.parcels(2, scheduled=timedelta(hours=-2))
        self.check("missed", cutoff=earlier)

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
        self.cutoff[self.today()] = False
        self.assertEqual(self.cutoff._read_forecasts(), [])
        self.assertFalse(self.cutoff.forecast)


@tagged("post_install", "-at_install")
class TestGauges(CutoffCase):
    """Prometheus reads the same forecast."""

    def gauge(self, name):
        """Return the values of a gauge for the warehouse."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT value FROM reliability_gauge_{name} WHERE warehouse = 'PROBE'"
        )
        return [float(value) for (value,) in self.env.cr.fetchall()]

    def test_a_truck_at_risk(self):
        self.parcels(20)
        self.pack_three_an_hour()
        self.assertEqual(self.gauge("cutoff_at_risk"), [1])
        self.assertEqual(self.gauge("cutoff_parcels_left"), [20])
        (pace,) = self.gauge("cutoff_parcels_an_hour")
        self.assertAlmostEqual(pace, 3)
