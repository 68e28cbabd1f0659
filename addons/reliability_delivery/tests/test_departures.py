"""Today's trucks on the cockpit, beside sentences about the same forecast."""

from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .cutoffs import CutoffCase

VIEWER = "base.group_user,reliability.group_viewer"


@tagged("post_install", "-at_install")
class TestDepartures(CutoffCase):
    def departures(self, scope=None):
        self.env.invalidate_all()
        return [
            departure
            for departure in self.provider._departures(scope or self.scope)
            if departure.key.startswith("cutoff_")
        ]

    def departure(self):
        (departure,) = self.departures()
        return departure

    def test_a_truck_in_time(self):
        self.parcels(8)
        self.pack_three_an_hour()
        truck = self.departure()
        self.assertEqual(truck.time, self.clock(hours=4))
        self.assertEqual((truck.name, truck.state_name), ("All carriers", "In time"))
        self.assertEqual((truck.state, truck.text), ("fine", ""))
        self.assertEqual(truck.progress, "4 of 12 packed")
        self.assertEqual((truck.ready, truck.total), (4, 12))
        ready = self.clock(hours=2, minutes=40)
        self.assertEqual(truck.pace, f"3 an hour, the last at {ready}")

    def test_a_truck_is_shown_whatever_its_state(self):
        """Where nothing is due, nothing is shown as fine."""
        truck = self.departure()
        self.assertEqual((truck.state, truck.state_name), ("no_data", "Nothing to do"))
        self.assertEqual((truck.progress, truck.pace, truck.action), ("", "", False))
        self.pack(5)
        truck = self.departure()
        self.assertEqual((truck.state, truck.state_name), ("fine", "Packed"))
        self.parcels(2)
        self.assertEqual(self.departure().state_name, "In time")

    def test_a_usual_pace_is_not_shown_as_in_time(self):
        self.parcels(2)
        for week in (1, 2, 3, 4):
            self.parcels(4, done=timedelta(weeks=week, hours=-1))
        truck = self.departure()
        self.assertEqual((truck.state, truck.state_name), ("no_data", "Not started"))
        ready = self.clock(hours=2)
        self.assertEqual(truck.pace, f"usually 1 an hour, the last at {ready}")

    def test_its_button_opens_as_many_parcels_as_it_says(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        elsewhere = self.env["stock.warehouse"].create({"name": "E", "code": "ELSE"})
        self.parcels(2)
        self.pack(30, 10)
        self.parcels(3, self.other)
        self.parcels(4, self.other, scheduled=timedelta(days=-3))
        others = self.parcels(5, self.other)
        others.picking_type_id = elsewhere.out_type_id
        first, second = self.departures()
        self.assertEqual(first.key, f"cutoff_{own.id}")
        for truck, count in ((first, 2), (second, 3)):
            self.assertEqual(truck.button, f"Open {count} parcels")
            self.assertEqual(self.count(truck.action), count)

    def test_its_button_opens_packed_parcels_where_none_is_left(self):
        self.make_cutoff(-1)
        self.pack(90, 80, 10)
        first, second = self.departures()
        self.assertEqual(
            (first.button, second.button), ("Open 2 parcels", "Open 1 parcel")
        )
        self.assertEqual((self.count(first.action), self.count(second.action)), (2, 1))

    def test_packed_parcels_without_a_label_are_among_those_left(self):
        self.let_carrier_give_labels()
        labelled, _bare = self.parcels(2, done=timedelta(minutes=5))
        labelled.carrier_tracking_ref = "T1"
        self.parcels(1)
        truck = self.departure()
        self.assertEqual(
            (truck.progress, truck.button), ("1 of 3 packed", "Open 2 parcels")
        )
        self.assertEqual(self.count(truck.action), 2)

    def test_several_warehouses_are_named(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        names = {
            truck.key: truck.name for truck in self.departures(self.provider._scope(0))
        }
        self.assertEqual(names[f"cutoff_{own.id}"], "PROBE · Probe Parcels")
        self.assertEqual(names[f"cutoff_{self.cutoff.id}"], "PROBE · Other carriers")

    def test_the_time_zone_is_named_where_the_clock_of_the_truck_shows_another(self):
        self.env.user.tz = "Asia/Kolkata"
        local = self.now + timedelta(hours=4 + 5.5)
        departure = self.departure()
        self.assertTrue(departure.time.endswith(f"{local:%H:%M} (Asia/Kolkata)"))
        self.assertTrue(self.cutoff.display_name.endswith(f"({self.zone})"))

    def test_on_a_day_without_a_truck_the_next_one_is_shown(self):
        self.cutoff[self.today()] = False
        truck = self.departure()
        self.assertEqual(
            (truck.state, truck.text), ("no_data", "No truck leaves today")
        )
        self.assertIn(self.clock(hours=4), truck.time)
        self.assertNotEqual(self.clock(hours=4), truck.time, "it has its date")

    def test_without_cutoffs_there_is_nothing(self):
        self.env["reliability.cutoff"].search([]).unlink()
        self.assertEqual(self.departures(), [])

    def test_a_user_without_rights_in_stock_sees_trucks_and_no_button(self):
        self.make_cutoff(2, carrier_id=self.carrier.id)
        self.parcels(2)
        self.env.invalidate_all()
        user = new_test_user(self.env, "departures_ops", VIEWER)
        trucks = self.provider.with_user(user)._departures(self.scope)
        self.assertEqual({truck.action for truck in trucks}, {False})
        self.assertIn("Probe Parcels", [truck.name for truck in trucks])

    def test_trucks_of_other_companies_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "departures_elsewhere",
            VIEWER,
            company_id=company.id,
            company_ids=[company.id],
        )
        provider = self.provider.with_user(user).with_company(company)
        self.assertEqual(provider._departures(provider._scope(0)), [])


@tagged("post_install", "-at_install")
class TestAdvice(CutoffCase):
    """One sentence for each truck: why parcels will miss it, and what to do."""

    def test_too_slow(self):
        self.parcels(20)
        self.pack_three_an_hour()
        ready = self.clock(hours=6, minutes=40)
        self.assertEqual(
            self.sentence(),
            f"8 of the 20 parcels left will miss the truck at {self.clock(hours=4)}: at"
            f" 3 an hour, the last is packed at {ready}; add people, or arrange a later"
            " pickup",
        )

    def test_nothing_packed(self):
        self.parcels(20)
        self.pack(50, 40)
        self.assertEqual(
            self.sentence(),
            f"Nothing packed since {self.clock(minutes=-40)}, and 20 parcels are left"
            f" for the truck at {self.clock(hours=4)}: add people, or arrange a later"
            " pickup",
        )

    def test_labels_fail(self):
        parcel = self.parcels(1)
        self.pack(50, 40)
        self.fail_label(parcel)
        self.assertIn(
            f"Nothing packed since {self.clock(minutes=-40)} because labels fail",
            self.sentence(),
        )

    def test_labels_fail_from_the_start(self):
        self.fail_label(self.parcels(3)[0])
        self.assertIn("Nothing is packed yet because labels fail", self.sentence())

    def test_labels_are_missing(self):
        self.let_carrier_give_labels()
        self.pack(5)
        self.assertIn("1 packed parcel", self.sentence())
        self.assertIn("has no label", self.sentence())

    def test_parcels_are_not_reserved(self):
        self.set_state(self.parcels(3), "waiting")
        self.assertIn("3 parcels for the truck", self.sentence())
        self.assertIn("are not reserved: check their availability", self.sentence())

    def test_in_time(self):
        self.parcels(1)
        self.pack_three_an_hour()
        self.assertIn("1 parcel is left for the truck at", self.sentence())
        self.assertIn(f"packed at {self.clock(minutes=20)}", self.sentence())

    def test_not_started(self):
        self.parcels(2)
        self.assertTrue(self.sentence().endswith("and none is packed yet"))
        self.cutoff.warn_minutes = 300
        self.assertIn("start now, or arrange a later pickup", self.sentence())

    def test_nothing_to_do(self):
        self.assertIn("No parcel is due for the truck at", self.sentence())
        self.pack(10, 5)
        self.assertIn("All 2 parcels for the truck at", self.sentence())

    def test_departed(self):
        late = self.make_cutoff(-1)
        self.cutoff.active = False
        when = self.clock(hours=-1)
        self.assertEqual(
            self.sentence(late), f"The truck left at {when} without a parcel"
        )
        self.pack(90, 80)
        self.assertEqual(
            self.sentence(late), f"The truck left at {when} with 2 parcels"
        )
        self.parcels(1, scheduled=timedelta(hours=-2))
        self.assertEqual(
            self.sentence(late),
            f"1 parcel missed the truck at {when}: arrange another pickup",
        )


@tagged("post_install", "-at_install")
class TestAgreement(CutoffCase):
    """The strip of trucks, the card of Shipping and its backlog have one forecast."""

    def setUp(self):
        super().setUp()
        self.own = self.make_cutoff(2, carrier_id=self.carrier.id)
        self.parcels(20)
        self.parcels(2, self.other)
        self.pack_three_an_hour()
        self.pack(10, carrier=self.other)
        self.env.invalidate_all()

    def alert_text(self):
        """Return the sentence of the alert about the truck of the carrier."""
        (alert,) = self.alerts()
        return self.described(alert)[0].text

    def backlog_text(self):
        return self.provider._describe_backlog("parcels", self.scope, 0, 0, None)

    def test_the_alert_says_what_the_strip_says(self):
        truck, _in_time = self.provider._departures(self.scope)
        self.assertIn("14 of the 20 parcels left will miss the truck", truck.text)
        self.assertEqual(self.alert_text(), f"Probe Parcels: {truck.text}")

    def test_the_alert_says_so_still_when_parcels_were_packed_since(self):
        (alert,) = self.alerts()
        self.pack(5, 4, 3)
        truck, _in_time = self.provider._departures(self.scope)
        self.assertEqual(self.described(alert)[0].text, f"Probe Parcels: {truck.text}")

    def test_a_missed_truck_is_an_alert(self):
        (self.own | self.cutoff).active = False
        self.make_cutoff(-1)
        self.parcels(3, scheduled=timedelta(hours=-2))
        self.assertIn("3 parcels missed the truck", self.alert_text())

    def test_trucks_in_time_are_no_trouble(self):
        self.own.active = False
        self.pack(*range(1, 16))
        self.assertEqual(self.alerts(), [])

    def test_the_backlog_counts_the_parcels_of_the_trucks(self):
        text, action = self.backlog_text()
        self.assertEqual(text, "22 parcels are left for today's trucks")
        self.assertEqual(self.count(action), 22)
        trucks = self.provider._departures(self.scope)
        self.assertEqual(sum(truck.total - truck.ready for truck in trucks), 22)

    def test_the_backlog_counts_a_parcel_for_two_trucks_once(self):
        self.make_cutoff(6, carrier_id=self.carrier.id)
        self.env.invalidate_all()
        text, action = self.backlog_text()
        self.assertEqual(text, "22 parcels are left for today's trucks")
        self.assertEqual(self.count(action), 22)

    def test_the_backlog_says_how_many_missed_the_truck(self):
        self.make_cutoff(-1, carrier_id=self.carrier.id)
        self.own.active = False
        self.parcels(3, scheduled=timedelta(hours=-2))
        self.env.invalidate_all()
        text, action = self.backlog_text()
        self.assertEqual(text, "3 of the 5 parcels left missed the truck")
        self.assertEqual(self.count(action), 5)

    def test_the_backlog_without_parcels_opens_nothing(self):
        self.cutoff.active = self.own.active = False
        self.env.invalidate_all()
        self.assertEqual(
            self.backlog_text(), ("No parcel is left for today's trucks", False)
        )

    def test_the_backlog_has_the_numbers_of_the_trucks(self):
        (backlog,) = [
            backlog
            for backlog in self.provider._backlogs()
            if (backlog.kind, backlog.warehouse) == ("parcels", "PROBE")
        ]
        self.assertEqual(backlog.count, 22)

    def test_all_of_them_need_one_query(self):
        def read_screen():
            self.provider._departures(self.scope)
            self.backlog_text()

        read_screen()  # fills the caches that outlive a request
        self.env.invalidate_all()
        # Odoo reads these for any request.
        self.env.user.tz, self.env.companies.partner_id.mapped("lang")
        with self.assertQueryCount(1):
            read_screen()
