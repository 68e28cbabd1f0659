"""What the tests of cutoffs share: it is noon, and a truck leaves at four."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, new_test_user

from odoo.addons.reliability.tests.clocks import zone_of_noon

DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


class CutoffCase(TransactionCase):
    """It is noon where the warehouse and the user are; the truck leaves at four.

    All parcels and cutoffs are of the warehouse PROBE.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.cutoff"].search([]).unlink()
        # PostgreSQL's, which does not change in a transaction.
        cls.now = cls.env.cr.now().replace(second=0, microsecond=0)
        cls.zone = zone_of_noon(cls.now)
        cls.warehouse = cls.env["stock.warehouse"].create(
            {"name": "Probe", "code": "PROBE"}
        )
        cls.carrier = cls.make_carrier("Probe Parcels")
        cls.other = cls.make_carrier("Other Parcels")
        cls.cutoff = cls.make_cutoff()
        product = {"name": "Probe", "type": "consu"}
        cls.product = cls.env["product.product"].create(product)
        cls.env.user.tz = cls.zone

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(self.now))
        self.provider = self.env["reliability.health.provider"]
        self.scope = self.provider._scope(self.warehouse.id)

    @classmethod
    def make_carrier(cls, name):
        product = cls.env["product.product"].create({"name": name, "type": "service"})
        return cls.env["delivery.carrier"].create(
            {"name": name, "delivery_type": "fixed", "product_id": product.id}
        )

    @classmethod
    def make_cutoff(cls, hours=4, **values):
        """Make a daily cutoff, some hours after now, which is noon."""
        return cls.env["reliability.cutoff"].create(
            {
                **dict.fromkeys(DAYS, True),
                "warehouse_id": cls.warehouse.id,
                "hour": 12 + cls.now.minute / 60 + hours,
                "tz": cls.zone,
                "warn_minutes": 60,
                **values,
            }
        )

    def today(self):
        """Return the field of today's weekday."""
        local = self.now + timedelta(hours=12 - self.now.hour)
        return DAYS[local.weekday()]

    def clock(self, **offset):
        """Return the time on the wall some time from now: "12:34"."""
        local = self.now + timedelta(hours=12 - self.now.hour) + timedelta(**offset)
        return f"{local:%H:%M}"

    def parcels(self, count, carrier=None, done=None, scheduled=timedelta(0)):
        """Make parcels to pack, or parcels that were packed some time ago.

        :param done: how long ago they were packed; ``None`` if they are left
        :param scheduled: when they are due, from now on
        """
        picking_type = self.warehouse.out_type_id
        locations = {
            "location_id": picking_type.default_location_src_id.id,
            "location_dest_id": self.ref("stock.stock_location_customers"),
        }
        move = {"product_id": self.product.id, "product_uom_qty": 1, **locations}
        parcels = self.env["stock.picking"].create(
            [
                {
                    "picking_type_id": picking_type.id,
                    "carrier_id": (carrier or self.carrier).id,
                    "move_ids": [fields.Command.create(move)],
                    **locations,
                }
                for _number in range(count)
            ]
        )
        parcels.action_confirm()
        parcels.scheduled_date = self.now + scheduled
        self.set_state(parcels, "assigned" if done is None else "done", done)
        return parcels

    def set_state(self, parcels, state, ago=None):
        """Set the state of parcels, and how long ago they were packed."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET state = %s, date_done = %s WHERE id IN %s",
            [state, ago is not None and self.now - ago or None, tuple(parcels.ids)],
        )
        self.env.invalidate_all()

    def pack(self, *minutes_ago, carrier=None):
        """Make a parcel that was packed so many minutes ago, for each number."""
        for minutes in minutes_ago:
            self.parcels(1, carrier, done=timedelta(minutes=minutes))

    def pack_three_an_hour(self):
        """The pace is 3 an hour, in the last hour and in the last 20 minutes."""
        self.pack(120, 50, 30, 10)

    def let_carrier_give_labels(self):
        """Let the carrier call a partner system; no connector needs to be installed."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE delivery_carrier SET delivery_type = 'probe',"
            " integration_level = 'rate_and_ship' WHERE id = %s",
            [self.carrier.id],
        )
        self.env.invalidate_all()

    def fail_label(self, parcel, state="failed"):
        """Record that a parcel's label was requested in vain."""
        self.env["reliability.exchange"].create(
            {
                "operation": "label",
                "res_model": parcel._name,
                "res_id": parcel.id,
                "state": state,
                "started": self.now,
            }
        )

    def forecast(self, cutoff=None):
        """Return the forecast of a cutoff, which must be today."""
        self.env.invalidate_all()
        (forecast,) = (cutoff or self.cutoff)._read_forecasts()
        return forecast

    def state(self, cutoff=None):
        return self.forecast(cutoff).state

    def sentence(self, cutoff=None):
        """Return today's sentence of a cutoff."""
        self.env.invalidate_all()
        return (cutoff or self.cutoff).forecast

    def count(self, action):
        """Return how many records an action opens."""
        return self.env[action["res_model"]].search_count(action["domain"])

    def alerts(self):
        """Return the alerts about trucks of the warehouse."""
        self.env.invalidate_all()
        return [
            alert
            for alert in self.provider.sudo()._alerts()
            if (alert.provider, alert.cause) == ("delivery", "cutoff")
            and alert.warehouse == "PROBE"
        ]

    def described(self, alert, groups=""):
        """Return an alert as a new user of some groups sees it, and whether he acts."""
        provider = self.provider
        if groups:
            user = new_test_user(self.env, "cutoff_reader", groups)
            provider = provider.with_user(user)
        self.env.invalidate_all()
        return provider._describe_alert(alert), provider._can_act_on(alert)
