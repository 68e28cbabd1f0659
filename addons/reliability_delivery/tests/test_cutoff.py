"""Cutoffs: whether today's parcels will be on the truck, in time to do something."""

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
        """Make a cutoff of every day, so many hours after noon, which is now."""
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
        """Make parcels to do, or that were done so long ago."""
        kind = self.warehouse.out_type_id
        parcels = self.env["stock.picking"].create(
            [
                {
                    "picking_type_id": kind.id,
                    "carrier_id": (carrier or self.carrier).id,
                    "location_id": kind.default_location_src_id.id,
                    "location_dest_id": self.ref("stock.stock_location_customers"),
                    "move_ids": [
                        fields.Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1,
                                "location_id": kind.default_location_src_id.id,
                                "location_dest_id": self.ref(
                                    "stock.stock_location_customers"
                                ),
                            }
                        )
                    ],
                }
                for _one in range(count)
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

    def do_three_an_hour(self):
        self.parcels(1, done=timedelta(hours=2))
        self.parcels(3, done=timedelta(minutes=30))

    def forecast(self, cutoff=None):
        (found,) = self.env["reliability.cutoff"]._forecasts(
            [("id", "=", (cutoff or self.cutoff).id)]
        )
        return found

    def state(self, cutoff=None):
        return self.forecast(cutoff).state

    def fact(self, name):
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT value FROM reliability_gauge_{name} WHERE warehouse = 'PROBE'"
        )
        return [float(value) for (value,) in self.env.cr.fetchall()]

    def test_with_nothing_to_do_all_is_done(self):
        self.assertEqual(self.state(), "done")

    def test_who_is_fast_enough_is_in_time(self):
        self.parcels(8)
        self.do_three_an_hour()
        found = self.forecast()
        self.assertEqual((found.state, found.left, found.an_hour), ("in_time", 8, 3))
        ready = self.now + timedelta(hours=8 / 3)
        self.assertAlmostEqual(found.ready, ready, delta=timedelta(seconds=90))
        self.assertIn("8 parcels until", self.cutoff.forecast)

    def test_who_is_too_slow_is_told_how_many_will_miss_the_truck(self):
        self.parcels(20)
        self.do_three_an_hour()
        found = self.forecast()
        self.assertEqual((found.state, found.missing), ("at_risk", 20 - 4 * 3 + 1))
        self.assertIn("of 20 parcels will miss the truck", self.cutoff.forecast)
        self.assertEqual(self.fact("cutoff_at_risk"), [1])
        self.assertEqual(self.fact("cutoff_parcels_left"), [20])

    def test_who_has_just_begun_is_not_taken_for_slow(self):
        self.parcels(20)
        self.parcels(3, done=timedelta(minutes=30))
        found = self.forecast()
        self.assertEqual(found.state, "in_time")
        self.assertAlmostEqual(found.an_hour, 6, delta=0.01)

    def test_before_anybody_begins_what_is_usual_counts(self):
        self.parcels(2)
        for week in (1, 2, 3, 4):
            self.parcels(4, done=timedelta(weeks=week, hours=-1))
        found = self.forecast()
        self.assertEqual(found.state, "in_time")
        self.assertAlmostEqual(found.an_hour, 1, delta=0.01)

    def test_that_nobody_has_begun_is_a_risk_only_shortly_before(self):
        self.parcels(2)
        self.assertEqual(self.state(), "not_begun")
        self.cutoff.warn_minutes = 300
        self.assertEqual(self.state(), "at_risk")
        self.assertIn("nobody does any", self.cutoff.forecast)

    def test_what_is_left_when_the_truck_has_left_has_missed_it(self):
        late = self.make_cutoff(-1)
        self.cutoff.active = False
        self.parcels(2, scheduled=timedelta(hours=-2))
        found = self.forecast(late)
        self.assertEqual((found.state, found.missing), ("missed", 2))

    def test_what_has_missed_a_truck_goes_with_the_next(self):
        earlier = self.make_cutoff(-1)
        self.parcels(2, scheduled=timedelta(hours=-2))
        domain = [("id", "=", earlier.id)]
        self.assertEqual(self.env["reliability.cutoff"]._forecasts(domain), [])
        self.assertEqual(self.forecast().left, 2)

    def test_a_truck_of_other_days_takes_nothing_with_it(self):
        earlier = self.make_cutoff(-1)
        days = "monday tuesday wednesday thursday friday saturday sunday".split()
        local = self.now + timedelta(hours=12 - self.now.hour)
        self.cutoff[days[local.weekday()]] = False
        self.parcels(2, scheduled=timedelta(hours=-2))
        self.assertEqual(self.state(earlier), "missed")

    def test_what_waits_for_two_trucks_is_counted_once(self):
        self.make_cutoff(6)
        self.parcels(3)
        (parcels,) = [
            of
            for of in self.env["reliability.health.provider"]._backlogs()
            if (of.kind, of.warehouse) == ("parcels", "PROBE")
        ]
        self.assertEqual(parcels.count, 3)

    def test_what_the_cockpit_counts_is_what_it_opens(self):
        self.make_cutoff(6)
        self.parcels(1)
        self.parcels(4, scheduled=timedelta(days=-3))
        self.parcels(2, scheduled=timedelta(days=1))
        situation = self.env["reliability.health.provider"]
        scope = situation._scope(self.warehouse.id)
        text, action = situation._describe_backlog("parcels", scope, 1, 0, None)
        self.assertEqual(text, "1 parcel is still to do")
        opened = self.env["stock.picking"].search_count(action["domain"])
        self.assertEqual(opened, 1)

    def test_who_may_only_look_is_told_and_not_called_to_act(self):
        self.parcels(20)
        self.do_three_an_hour()
        groups = "stock.group_stock_user,reliability.group_viewer"
        viewer = new_test_user(self.env, "cutoff_viewer", groups)
        with self.assertRaises(AccessError):
            self.cutoff.with_user(viewer).hour = 17
        outsider = new_test_user(
            self.env, "cutoff_out", "base.group_user,reliability.group_viewer"
        )
        self.env.invalidate_all()
        situation = self.env["reliability.health.provider"].with_user(outsider)
        scope = situation._scope(self.warehouse.id)
        (item,) = [
            of for of in situation._alerts(scope) if of.key.startswith("cutoff_")
        ]
        self.assertIn("will miss the truck", item.text)
        self.assertFalse(item.can_act)

    def test_just_what_was_counted_is_opened(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        elsewhere = self.env["stock.warehouse"].create({"name": "E", "code": "ELSE"})
        self.parcels(2)
        self.parcels(3, self.other)
        self.parcels(4, self.other, scheduled=timedelta(days=-3))
        lost = self.parcels(5, self.other)
        lost.picking_type_id = elsewhere.out_type_id
        self.env.flush_all()
        situation, transfers = self.env["reliability.health.provider"], lost.browse()
        for cutoff, count in ((own, 2), (self.cutoff, 3)):
            found = self.forecast(cutoff)
            self.assertEqual(found.left, count)
            opened = transfers.search_count(situation._to_do(found))
            self.assertEqual(opened, count)

    def test_each_carrier_has_its_own_or_everybodys(self):
        own = self.make_cutoff(2, carrier_id=self.carrier.id)
        self.parcels(2)
        self.parcels(3, self.other)
        self.assertEqual(self.forecast(own).left, 2)
        self.assertEqual(self.forecast().left, 3)

    def test_what_is_due_later_or_was_left_lying_is_not_of_today(self):
        self.parcels(1)
        self.parcels(2, scheduled=timedelta(days=1))
        self.parcels(4, scheduled=timedelta(days=-3))
        self.assertEqual(self.forecast().left, 1)

    def test_on_other_days_there_is_none(self):
        days = "monday tuesday wednesday thursday friday saturday sunday".split()
        local = self.now + timedelta(hours=12 - self.now.hour)
        self.cutoff[days[local.weekday()]] = False
        domain = [("id", "=", self.cutoff.id)]
        self.assertEqual(self.env["reliability.cutoff"]._forecasts(domain), [])
        self.assertFalse(self.cutoff.forecast)

    def test_one_at_risk_degrades_shipping_and_is_something_to_act_on(self):
        self.parcels(20)
        self.do_three_an_hour()
        situation = self.env["reliability.health.provider"]
        (parcels,) = [
            of
            for of in situation._backlogs()
            if (of.kind, of.warehouse) == ("parcels", "PROBE")
        ]
        self.assertEqual((parcels.count, parcels.at_risk), (20, 9))
        sights = self.env["reliability.evaluator"]._look(fields.Datetime.now())
        shipping = self.env.ref("reliability.service_shipping").id
        (sight,) = [
            sight
            for place, sight in sights.items()
            if (place.service_id, place.warehouse) == (shipping, "PROBE")
        ]
        self.assertEqual((sight.state, sight.reason["kind"]), ("degraded", "at_risk"))
        condition = self.env["reliability.service.status"].new({"reason": sight.reason})
        self.assertIn("9 of 20 parcels will not be done", condition._describe())
        scope = situation._scope(self.warehouse.id)
        found = {item.key: item for item in situation._alerts(scope)}
        item = found[f"cutoff_{self.cutoff.id}"]
        self.assertIn("will miss the truck", item.text)
        opened = self.env["stock.picking"].search_count(item.action["domain"])
        self.assertEqual(opened, 20)

    def test_who_has_no_role_in_the_warehouse_is_told_of_it_too(self):
        """Others' cutoffs must not be the reason that he sees nothing at all."""
        self.make_cutoff(3, carrier_id=self.carrier.id)
        self.parcels(20)
        self.do_three_an_hour()
        groups = "base.group_user,reliability.group_manager"
        user = new_test_user(self.env, "cutoff_ops", groups)
        situation = self.env["reliability.health.provider"].with_user(user)
        self.env.invalidate_all()
        scope = situation._scope(self.warehouse.id)
        texts = [item.text for item in situation._alerts(scope)]
        self.assertIn("PROBE · Probe Parcels", " ".join(texts))

    def test_nonsense_is_refused(self):
        for values in ({"hour": 24}, {"hour": -1}, {"warn_minutes": 0}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.cutoff.write(values)
                    self.env.flush_all()

    def test_each_sees_the_cutoffs_of_his_companies(self):
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
            found = cutoffs.search_count([("warehouse_id", "=", self.warehouse.id)])
            self.assertEqual(found, count)
