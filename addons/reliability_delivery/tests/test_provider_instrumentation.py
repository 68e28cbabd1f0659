"""Every request to a carrier is on record, for any provider and any outcome."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

import psycopg2
import requests

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.api import is_metric_code, unmeasured
from odoo.addons.reliability_integration.ledger.ledger import Ledger
from odoo.addons.reliability_integration.tests.common import refuse

from .. import warehouses
from ..provider_instrumentation import system_code
from .common import DELIVERY_TYPE, CarrierCase


@tagged("post_install", "-at_install", "-standard")
class TestOnRecord(CarrierCase):
    """Labels, rates, cancellations and tracking are exchanges with the carrier."""

    def label_alerts(self, env):
        """Return the alerts about missing labels of the carrier."""
        return [
            alert
            for alert in env["reliability.health.provider"].sudo()._alerts()
            if (alert.cause, alert.subject) == ("no_label", str(self.carrier_id))
        ]

    def test_the_warehouse_is_known_as_soon_as_the_database_answers(self):
        self.patch(warehouses, "_cache", {})
        lost = psycopg2.OperationalError("lost")
        with self.committed() as env:
            picking = env["stock.picking"].browse(self.picking_id)
            picking.fetch(["picking_type_id"])
            with patch.object(Ledger, "query", side_effect=lost):
                self.assertEqual(warehouses.warehouse_code(picking), "")
            self.assertEqual(warehouses.warehouse_code(picking), self.warehouse)

    def test_a_label_request_records_the_parcel_and_the_warehouse(self):
        self.provide_parcels("T1")
        with self.committed() as env:
            self.assertIs(self.validate(env), True)
        exchange = self.exchange()
        self.assertEqual(
            (
                exchange["operation"],
                exchange["state"],
                exchange["warehouse"],
                exchange["res_id"],
            ),
            ("label", "succeeded", self.warehouse, self.picking_id),
        )
        self.assertEqual(self.references(), {"T1": "committed"})

    def test_a_label_that_is_not_measured_is_not_on_record(self):
        self.provide_parcels("T1")
        with self.committed() as env, unmeasured():
            with patch.object(Ledger, "query") as query:
                self.assertIs(self.validate(env), True)
            query.assert_not_called()
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
        self.assertEqual(self.exchanges(), [])

    def test_a_parcel_whose_validation_is_rolled_back_stays_an_orphan(self):
        self.buy_without_asking()
        self.make_orphan("T1")
        self.provide_parcels("T2")
        with self.committed() as env:
            self.validate(env)
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "committed"})
        exchange = self.exchange()
        self.assertEqual(
            (exchange["state"], exchange["orphan_count"]), ("succeeded", 1)
        )

    def test_a_rate_without_success_is_a_failure(self):
        def rate_shipment(_carrier, _order):
            self.send_request("GET", "/rate")
            return {"success": False, "price": 0.0, "error_message": "Too heavy."}

        self.answer("/rate", 200)
        self.provide(rate_shipment=rate_shipment)
        with self.committed() as env:
            order = env["sale.order"].create({"partner_id": self.partner_id})
            answer = self.carrier(env).rate_shipment(order)
            self.assertFalse(answer["success"])
        exchange = self.exchange()
        self.assertEqual((exchange["operation"], exchange["state"]), ("rate", "failed"))
        self.assertEqual(exchange["last_error"], "Too heavy.")

    def test_a_parcel_that_was_cancelled_before_is_not_counted_again(self):
        self.provide(cancel_shipment=lambda _carrier, _pickings: None)
        with self.committed() as env:
            self.picking(env).carrier_tracking_ref = "T1"
        for _click in range(2):
            with self.committed() as env:
                self.picking(env).cancel_shipment()
        self.assertEqual(self.outcomes_of("shipment_cancellation"), ["success"])

    def test_a_return_label_that_the_carrier_does_not_make_is_not_counted(self):
        with self.committed() as env:
            carriers = type(env["delivery.carrier"])
        self.provide(get_return_label=lambda *_arguments: None)
        for makes_them in (False, True):
            self.patch(carriers, "can_generate_return", makes_them)
            with self.committed() as env:
                self.picking(env).print_return_label()
            counted = self.outcomes_of("return_label")
            self.assertEqual(counted, ["success"] if makes_them else [])

    def test_a_provider_that_sends_no_request_records_no_exchange(self):
        answer = {"success": True, "price": 5.0, "error_message": False}
        self.provide(
            rate_shipment=lambda _carrier, _order: dict(answer),
            get_tracking_link=lambda _carrier, _picking: "https://example.org/T1",
        )
        with self.committed() as env:
            order = env["sale.order"].create({"partner_id": self.partner_id})
            self.assertEqual(self.carrier(env).rate_shipment(order)["price"], 5.0)
            self.carrier(env).get_tracking_link(self.picking(env))
        self.assertEqual(self.exchanges(), [])

    def test_a_safe_request_is_on_record_before_it_is_sent(self):
        recorded = []

        def rate_shipment(_carrier, _order):
            self.assertEqual(self.exchanges(), [])
            self.answers["/rate"] = lambda handler: (
                recorded.extend(self.exchanges()),
                handler.answer(200, "7"),
            )
            price = float(self.send_request("GET", "/rate"))
            return {"success": True, "price": price, "error_message": False}

        self.provide(rate_shipment=rate_shipment)
        with self.committed() as env:
            order = env["sale.order"].create({"partner_id": self.partner_id})
            self.carrier(env).rate_shipment(order)
        self.assertEqual([exchange["state"] for exchange in recorded], ["open"])
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_a_label_error_that_a_batch_validation_swallows_is_on_record(self):
        """Once one parcel has a label, Odoo validates the others without one."""
        remaining = ["T1"]

        def send_shipping(_carrier, pickings):
            self.answer("/parcels", *((200, "made") if remaining else (422, "no")))
            self.send_request("POST", "/parcels")
            return [{"exact_price": 0.0, "tracking_number": remaining.pop()}]

        self.provide(send_shipping=send_shipping)
        with self.committed() as env:
            other = self.make_picking(env)
        with self.committed() as env:
            self.validate(env, self.picking_id, other)
        states = [exchange["state"] for exchange in self.exchanges()]
        self.assertEqual(sorted(states), ["failed", "succeeded"])
        with self.committed() as env:
            pickings = env["stock.picking"].browse([self.picking_id, other])
            (alert,) = self.label_alerts(env)
            self.assertEqual(alert.warehouse, self.warehouse)
            described = env["reliability.health.provider"]._describe_alert(alert)
            self.assertEqual(
                described.text,
                "Probe Parcels: 1 validated delivery has no label; open it and send it"
                " to the shipper",
            )
            self.assertEqual(
                pickings.search(described.action["domain"]),
                pickings.filtered(lambda picking: not picking.carrier_tracking_ref),
            )
            # Deliveries validated more than a week ago are not counted.
            for picking in pickings:
                picking.date_done -= timedelta(days=7, minutes=1)
            self.assertFalse(self.label_alerts(env))

    def test_a_tracking_error_that_the_caller_swallows_is_on_record(self):
        self.answer("/track", 500)
        self.provide(
            tracking_state_update=lambda _carrier, _picking: self.send_request(
                "GET", "/track"
            )
        )
        with self.committed() as env:
            with contextlib.suppress(UserError):  # as the scheduled action does
                self.carrier(env).fixed_tracking_state_update(self.picking(env))
        exchange = self.exchange()
        self.assertEqual(
            (exchange["operation"], exchange["state"]), ("tracking", "failed")
        )

    def test_results_and_exceptions_of_a_provider_pass_unchanged(self):
        error = KeyError("probe")

        def cancel_shipment(_carrier, _pickings):
            raise error

        self.provide(
            send_shipping=lambda _carrier, _pickings: "whatever",
            cancel_shipment=cancel_shipment,
            get_return_label=lambda _carrier, *args, **kwargs: (args, kwargs),
        )
        with self.assertRaises(KeyError) as raised, self.committed() as env:
            carrier, picking = self.carrier(env), self.picking(env)
            self.assertEqual(carrier.send_shipping(picking), "whatever")
            method = getattr(carrier, f"{DELIVERY_TYPE}_get_return_label")
            self.assertEqual(
                method(picking, "T1", origin_date=None),
                ((picking, "T1"), {"origin_date": None}),
            )
            carrier.cancel_shipment(picking)
        self.assertIs(raised.exception, error)

    def test_a_ledger_that_does_not_answer_does_not_stop_a_label(self):
        self.provide_parcels("T1")
        lost = psycopg2.OperationalError("probe")
        with (
            patch.object(Ledger, "query", side_effect=lost),
            patch.object(Ledger, "_store_in_outbox"),
            self.committed() as env,
        ):
            self.assertIs(self.validate(env), True)
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")

    def test_no_query_is_added_to_the_business_transaction(self):
        self.provide(send_shipping=lambda _carrier, _pickings: [{}])
        with self.committed() as env:
            carrier, picking = self.carrier(env), self.picking(env)
            self.assertTrue(picking.picking_type_id)  # fills the cache
            before = env.cr.sql_log_count
            carrier.fixed_send_shipping(picking)
            self.assertEqual(env.cr.sql_log_count, before)


@tagged("post_install", "-at_install", "-standard")
class TestFailureAfterParcel(CarrierCase):
    """A connector that sends several requests may fail after the parcel was made."""

    def test_a_number_that_the_provider_wrote_before_failing_is_on_record(self):
        def send_shipping(_carrier, pickings):
            self.send_request("POST", "/parcels")
            pickings.carrier_tracking_ref = "T1"
            self.send_request("GET", "/labels")

        self.answer("/parcels", 200)
        self.answer("/labels", 500)
        self.provide(send_shipping=send_shipping)
        with self.assertRaises(UserError), self.committed() as env:
            self.validate(env)
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def fail_at_second_request(self, first, second="/labels"):
        """Let a label's second request fail; return the state of its exchange."""

        def send_shipping(_carrier, _pickings):
            self.send_request("POST", first)
            self.send_request("POST", second)

        self.answer(first, 200)
        self.answer(second, 500)
        self.provide(send_shipping=send_shipping)
        with self.assertRaises(UserError), self.committed() as env:
            self.validate(env)
        return self.exchange()["state"]

    def test_a_parcel_without_a_number_leaves_the_outcome_unknown(self):
        self.assertEqual(self.fail_at_second_request("/parcels"), "unknown")

    def test_a_failure_after_authentication_is_a_plain_failure(self):
        self.assertEqual(self.fail_at_second_request("/pic_token"), "failed")


@tagged("post_install", "-at_install", "-standard")
class TestUnconfirmedLabel(CarrierCase):
    """After an unanswered label request, the parcel is looked up before another is
    bought.
    """

    def setUp(self):
        super().setUp()
        self.answers["/parcels"] = lambda handler: handler.connection.close()
        self.requested_ids = []

        def send_shipping(_carrier, pickings):
            self.requested_ids.append(pickings.ids)
            try:
                self.send_request("POST", "/parcels")
            except requests.RequestException:
                refuse("No answer.")
            return [{"exact_price": 2.0, "tracking_number": "T2"}]

        self.provide(send_shipping=send_shipping)
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            with self.committed() as env:
                self.validate(env)
        self.assertEqual(self.exchange()["state"], "unknown")
        self.answer("/parcels", 200)

    def tracking_after_validation(self):
        """Validate the transfer; return its tracking number."""
        with self.committed() as env:
            self.validate(env)
            return self.picking(env).carrier_tracking_ref

    def test_a_parcel_that_the_carrier_has_made_is_used(self):
        self.provide(find_parcels=lambda _carrier, picking: ["T1"])
        self.assertEqual(self.tracking_after_validation(), "T1")
        self.assertEqual(len(self.requested_ids), 1, "no other was bought")
        with self.committed() as env:
            messages = self.picking(env).message_ids.mapped("body")
        self.assertIn("had made T1 already", " ".join(messages))
        exchange = self.exchange()
        self.assertEqual(
            (exchange["state"], exchange["is_possibly_duplicated"]),
            ("succeeded", False),
        )

    def recover_price(self, parcels):
        """Recover the parcel; return its price, and the tasks to enter a price."""
        self.provide(find_parcels=lambda _carrier, picking: parcels)
        self.tracking_after_validation()
        with self.committed() as env:
            tasks = [task for task in self.tasks(env) if "cost" in task]
            return self.picking(env).carrier_price, tasks

    def test_a_price_that_the_carrier_returns_is_used(self):
        self.assertEqual(self.recover_price({"T1": 7.5}), (7.5, []))

    def test_a_lost_price_that_the_customer_pays_becomes_a_task(self):
        with self.committed() as env:
            self.carrier(env).invoice_policy = "real"
        expected = ["Enter the delivery cost of T1"]
        self.assertEqual(self.recover_price(["T1"]), (0.0, expected))

    def test_a_lost_price_is_no_task_where_the_customer_pays_the_quoted_price(self):
        self.assertEqual(self.recover_price(["T1"]), (0.0, []))

    def test_a_parcel_that_the_carrier_has_not_made_is_bought(self):
        self.provide(find_parcels=lambda _carrier, picking: [])
        self.assertEqual(self.tracking_after_validation(), "T2")
        self.assertFalse(
            self.exchange()["is_possibly_duplicated"], "the carrier has listed none"
        )

    def test_by_a_setting_one_is_bought_without_asking_and_marked(self):
        self.buy_without_asking()
        self.assertEqual(self.tracking_after_validation(), "T2")
        exchange = self.exchange()
        self.assertEqual(
            (exchange["state"], exchange["is_possibly_duplicated"]), ("succeeded", True)
        )
        with self.committed() as env:
            alerts = env["reliability.health.provider"].sudo()._alerts()
            (alert,) = (a for a in alerts if a.cause == "possibly_duplicated")
            self.assertEqual(alert.values["document"], self.picking(env).name)
            env["reliability.exchange"].browse(exchange["id"])._resolve(
                "One there.", True
            )
        self.assertFalse(self.exchange()["is_possibly_duplicated"])


@tagged("post_install", "-at_install", "-standard")
class TestPartnerSystems(CarrierCase):
    """Each carrier has a partner system, without any configuration."""

    def partner_systems(self):
        """Return code, kind and whether it was discovered, of each partner system."""
        rows = self.rows("SELECT code, kind, discovered FROM reliability_integration")
        return [(row["code"], row["kind"], bool(row["discovered"])) for row in rows]

    def test_a_new_carrier_has_its_partner_system(self):
        self.assertEqual(self.partner_systems(), [(DELIVERY_TYPE, "carrier", False)])

    def test_a_discovered_partner_system_gets_a_name(self):
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_integration SET discovered = true, kind = 'other'"
            )
        with self.committed() as env:
            self.carrier(env)._reliability_create_integrations()
        self.assertEqual(self.partner_systems(), [(DELIVERY_TYPE, "carrier", False)])

    def test_a_partner_system_that_a_user_has_named_stays_unchanged(self):
        with self.committed() as env:
            env["reliability.integration"].search([]).write(
                {"name": "Uncle Probe", "kind": "other"}
            )
            self.carrier(env)._reliability_create_integrations()
            self.assertEqual(
                env["reliability.integration"].search([]).name, "Uncle Probe"
            )

    def test_every_carrier_type_makes_a_valid_code(self):
        self.assertEqual(system_code("acme"), "acme")
        for name in ("2ship", "x", "other", "---"):
            self.assertTrue(is_metric_code(system_code(name)), name)

    def test_a_type_that_is_changed_and_changed_back_adds_no_query(self):
        """As OCA's price methods do for each rate."""
        with self.committed() as env:
            carrier = self.carrier(env)
            carrier._reliability_create_integrations()
            before = env.cr.sql_log_count
            carrier._reliability_create_integrations()
            self.assertEqual(env.cr.sql_log_count, before)

    def test_every_installed_provider_is_instrumented_once(self):
        with self.committed() as env:
            carriers = env["delivery.carrier"]
            carriers._register_hook()
            self.addCleanup(carriers._unregister_hook)
            for _time in range(2):
                method = type(carriers).fixed_send_shipping
                inside = method.__wrapped__
                self.assertFalse(hasattr(inside, "__wrapped__"), "wrapped once")
                carriers._register_hook()
