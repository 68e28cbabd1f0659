"""A carrier that gives a tracking number without a label leaves a task."""

from odoo.tests import tagged

from .common import DELIVERY_TYPE, CarrierCase


@tagged("post_install", "-at_install", "-standard")
class TestMissingLabel(CarrierCase):
    TASK = "Print the label of parcel T1"

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.carrier(env).reliability_gives_label = True

    def ship(self):
        """Validate the transfer, and return its tasks."""
        with self.committed() as env:
            self.validate(env)
        with self.committed() as env:
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
            return self.tasks(env)

    def provide_fetching(self):
        """Let the carrier give the label of a parcel that exists."""

        def get_label(picking):
            label = self.send_request("GET", "/label")
            picking.message_post(attachments=[("label.pdf", label.encode())])

        with self.committed() as env:
            transfers = type(env["stock.picking"])
        self.answer("/label", 200, "a label")
        self.patch(transfers, f"{DELIVERY_TYPE}_get_label", get_label)

    def test_a_task_says_which_label_to_print(self):
        self.provide_parcels("T1")
        self.assertEqual(self.ship(), [self.TASK])

    def test_no_task_if_the_carrier_gives_the_label(self):
        def send_shipping(_carrier, picking):
            picking.message_post(attachments=[("label.pdf", b"a label")])
            return [{"exact_price": 1.0, "tracking_number": "T1"}]

        self.provide(send_shipping=send_shipping)
        self.assertEqual(self.ship(), [])

    def test_no_task_if_odoo_can_fetch_the_label(self):
        self.provide_parcels("T1")
        self.provide_fetching()
        self.assertEqual(self.ship(), [])
        operations = [exchange["operation"] for exchange in self.exchanges()]
        self.assertEqual(operations, ["label", "label_copy"])

    def test_no_task_for_a_carrier_whose_parcels_need_no_label(self):
        with self.committed() as env:
            self.carrier(env).reliability_gives_label = False
        self.provide_parcels("T1")
        self.assertEqual(self.ship(), [])

    def test_no_task_where_no_parcel_was_made(self):
        self.provide(
            send_shipping=lambda *_arguments: [
                {"exact_price": 1.0, "tracking_number": False}
            ]
        )
        with self.committed() as env:
            self.validate(env)
            self.assertEqual(self.tasks(env), [])
