"""What carriers are asked is on record, whoever they are and whatever happens."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

import psycopg2
import requests

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.api import is_metric_code
from odoo.addons.reliability_integration.ledger.ledger import Ledger
from odoo.addons.reliability_integration.tests.common import refuse

from ..provider_instrumentation import code_of
from .common import KIND, CarrierCase


@tagged("post_install", "-at_install", "-standard")
class TestOnRecord(CarrierCase):
    """Labels, rates, cancellations and tracking are exchanges with the carrier."""

    def test_a_label_is_on_record_with_its_parcel_and_its_warehouse(self):
        self.sends("T1")
        with self.committed() as env:
            self.assertIs(self.validate(env), True)
        found = self.exchange()
        self.assertEqual(
            (found["operation"], found["state"], found["warehouse"], found["res_id"]),
            ("label", "succeeded", self.warehouse, self.picking_id),
        )
        self.assertEqual(self.references(), {"T1": "committed"})

    def test_a_parcel_whose_validation_is_undone_is_an_orphan_whatever_comes_next(self):
        self.orphan("T1")
        self.sends("T2")
        with self.committed() as env:
            self.validate(env)
        self.assertEqual(self.references(), {"T1": "orphaned", "T2": "committed"})
        found = self.exchange()
        self.assertEqual((found["state"], found["orphan_count"]), ("succeeded", 1))

    def test_a_rate_that_is_no_success_is_a_failure(self):
        def rate_shipment(_carrier, _order):
            self.ask("GET", "/rate")
            return {"success": False, "price": 0.0, "error_message": "Too heavy."}

        self.answer("/rate", 200)
        self.provide(rate_shipment=rate_shipment)
        with self.committed() as env:
            order = env["sale.order"].create({"partner_id": self.partner_id})
            answer = self.carrier(env).rate_shipment(order)
            self.assertFalse(answer["success"])
        found = self.exchange()
        self.assertEqual((found["operation"], found["state"]), ("rate", "failed"))
        self.assertEqual(found["last_error"], "Too heavy.")

    def test_who_knows_the_price_has_asked_nobody(self):
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

    def test_a_question_that_leaves_is_on_record_before_it_does(self):
        seen = []

        def rate_shipment(_carrier, _order):
            self.assertEqual(self.exchanges(), [])
            self.answers["/rate"] = lambda handler: (
                seen.extend(self.exchanges()),
                handler.answer(200, "7"),
            )
            price = float(self.ask("GET", "/rate"))
            return {"success": True, "price": price, "error_message": False}

        self.provide(rate_shipment=rate_shipment)
        with self.committed() as env:
            order = env["sale.order"].create({"partner_id": self.partner_id})
            self.carrier(env).rate_shipment(order)
        self.assertEqual([one["state"] for one in seen], ["open"])
        self.assertEqual(self.exchange()["state"], "succeeded")

    def test_errors_that_validating_many_swallows_are_on_record(self):
        """After one parcel Odoo lets the others pass without a label."""
        left = ["T1"]

        def send_shipping(_carrier, pickings):
            self.answer("/parcels", *((200, "made") if left else (422, "no")))
            self.ask("POST", "/parcels")
            return [{"exact_price": 0.0, "tracking_number": left.pop()}]

        self.provide(send_shipping=send_shipping)
        with self.committed() as env:
            other = self.make_picking(env)
        with self.committed() as env:
            self.validate(env, self.picking_id, other)
        states = {one["res_id"]: one["state"] for one in self.exchanges()}
        self.assertEqual(sorted(states.values()), ["failed", "succeeded"])
        with self.committed() as env:
            situation, scope = env["reliability.health.provider"], None
            scope = situation._scope(0)
            keys = [item.key for item in situation._alerts(scope)]
            self.assertIn("parcels_without_label", keys)
            # What was done a week ago and more is not today's work.
            ours = env["stock.picking"].browse([self.picking_id, other])
            self.assertEqual(len(ours.filtered_domain(situation._without_label())), 1)
            for picking in ours:
                picking.date_done -= timedelta(days=7, minutes=1)
            self.assertFalse(ours.filtered_domain(situation._without_label()))

    def test_errors_that_the_tracking_of_many_swallows_are_on_record(self):
        self.answer("/track", 500)
        self.provide(
            tracking_state_update=lambda _carrier, _picking: self.ask("GET", "/track")
        )
        with self.committed() as env:
            with contextlib.suppress(UserError):  # as the scheduled action does
                self.carrier(env).fixed_tracking_state_update(self.picking(env))
        found = self.exchange()
        self.assertEqual((found["operation"], found["state"]), ("tracking", "failed"))

    def test_what_a_provider_returns_and_raises_passes_as_it_is(self):
        error = KeyError("probe")

        def cancel_shipment(_carrier, _pickings):
            raise error

        self.provide(
            send_shipping=lambda _carrier, _pickings: "whatever",
            cancel_shipment=cancel_shipment,
            get_return_label=lambda _carrier, *given, **named: (given, named),
        )
        with self.assertRaises(KeyError) as raised, self.committed() as env:
            carrier, picking = self.carrier(env), self.picking(env)
            self.assertEqual(carrier.send_shipping(picking), "whatever")
            method = getattr(carrier, f"{KIND}_get_return_label")
            self.assertEqual(
                method(picking, "T1", origin_date=None),
                ((picking, "T1"), {"origin_date": None}),
            )
            carrier.cancel_shipment(picking)
        self.assertIs(raised.exception, error)

    def test_a_ledger_that_does_not_answer_stops_no_label(self):
        self.sends("T1")
        lost = psycopg2.OperationalError("probe")
        with (
            patch.object(Ledger, "query", side_effect=lost),
            patch.object(Ledger, "_keep"),
            self.committed() as env,
        ):
            self.assertIs(self.validate(env), True)
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")

    def test_it_asks_nothing_in_the_transaction_of_the_business(self):
        self.provide(send_shipping=lambda _carrier, _pickings: [{}])
        with self.committed() as env:
            carrier, picking = self.carrier(env), self.picking(env)
            self.assertTrue(picking.picking_type_id)  # in the cache, as it is
            before = env.cr.sql_log_count
            carrier.fixed_send_shipping(picking)
            self.assertEqual(env.cr.sql_log_count, before)


@tagged("post_install", "-at_install", "-standard")
class TestHalfDone(CarrierCase):
    """A carrier that is asked in steps may have made a parcel and then stumble."""

    def test_a_number_that_the_provider_wrote_down_is_not_lost(self):
        def send_shipping(_carrier, pickings):
            self.ask("POST", "/parcels")
            pickings.carrier_tracking_ref = "T1"
            self.ask("GET", "/labels")

        self.answer("/parcels", 200)
        self.answer("/labels", 500)
        self.provide(send_shipping=send_shipping)
        with self.assertRaises(UserError), self.committed() as env:
            self.validate(env)
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def stumble(self, first, second="/labels"):
        def send_shipping(_carrier, _pickings):
            self.ask("POST", first)
            self.ask("POST", second)

        self.answer(first, 200)
        self.answer(second, 500)
        self.provide(send_shipping=send_shipping)
        with self.assertRaises(UserError), self.committed() as env:
            self.validate(env)
        return self.exchange()["state"]

    def test_one_that_nobody_wrote_down_is_looked_for_by_a_person(self):
        self.assertEqual(self.stumble("/parcels"), "unknown")

    def test_signing_in_has_made_nothing(self):
        self.assertEqual(self.stumble("/pic_token"), "failed")


@tagged("post_install", "-at_install", "-standard")
class TestInDoubt(CarrierCase):
    """A label that was asked for and not answered is looked up before it is bought."""

    def setUp(self):
        super().setUp()
        self.answers["/parcels"] = lambda handler: handler.connection.close()
        self.asked = []

        def send_shipping(_carrier, pickings):
            self.asked.append(pickings.ids)
            try:
                self.ask("POST", "/parcels")
            except requests.RequestException:
                refuse("No answer.")
            return [{"exact_price": 2.0, "tracking_number": "T2"}]

        self.provide(send_shipping=send_shipping)
        with mute_logger("odoo.sql_db"), self.assertRaises(UserError):
            with self.committed() as env:
                self.validate(env)
        self.assertEqual(self.exchange()["state"], "unknown")
        self.answer("/parcels", 200)

    def validated(self):
        with self.committed() as env:
            self.validate(env)
            return self.picking(env).carrier_tracking_ref

    def test_what_the_carrier_has_made_is_taken(self):
        self.provide(find_parcels=lambda _carrier, picking: ["T1"])
        self.assertEqual(self.validated(), "T1")
        self.assertEqual(len(self.asked), 1, "no other was bought")
        with self.committed() as env:
            said = self.picking(env).message_ids.mapped("body")
        self.assertIn("had made T1 already", " ".join(said))
        found = self.exchange()
        self.assertEqual(
            (found["state"], found["is_possibly_duplicated"]), ("succeeded", False)
        )

    def tasks_of_price(self, parcels):
        """Take what the carrier has made; return the price, and tasks to enter it."""
        self.provide(find_parcels=lambda _carrier, picking: parcels)
        self.validated()
        with self.committed() as env:
            picking = self.picking(env)
            tasks = [of for of in picking.activity_ids.mapped("summary") if of]
            return picking.carrier_price, [of for of in tasks if "cost" in of]

    def test_its_price_is_taken_where_the_carrier_tells_it(self):
        self.assertEqual(self.tasks_of_price({"T1": 7.5}), (7.5, []))

    def test_where_the_customer_pays_a_price_that_got_lost_a_person_enters_it(self):
        with self.committed() as env:
            self.carrier(env).invoice_policy = "real"
        expected = ["Enter the delivery cost of T1"]
        self.assertEqual(self.tasks_of_price(["T1"]), (0.0, expected))

    def test_where_he_pays_what_was_offered_nobody_needs_to(self):
        self.assertEqual(self.tasks_of_price(["T1"]), (0.0, []))

    def test_what_it_has_not_made_is_bought(self):
        self.provide(find_parcels=lambda _carrier, picking: [])
        self.assertEqual(self.validated(), "T2")
        self.assertFalse(
            self.exchange()["is_possibly_duplicated"], "the carrier has told"
        )

    def test_where_it_cannot_tell_it_is_bought_and_marked(self):
        self.assertEqual(self.validated(), "T2")
        found = self.exchange()
        self.assertEqual(
            (found["state"], found["is_possibly_duplicated"]), ("succeeded", True)
        )
        with self.committed() as env:
            situation = env["reliability.health.provider"]
            keys = [of.key for of in situation._alerts(situation._scope(0))]
            self.assertIn("integration_doubtful", keys)
            env["reliability.exchange"].browse(found["id"])._settle("One there.", True)
        self.assertFalse(self.exchange()["is_possibly_duplicated"])

    def test_where_settings_say_so_a_person_looks_first(self):
        with self.committed() as env:
            parameters = env["ir.config_parameter"]
            parameters.set_param("reliability.label_in_doubt_waits", "True")
            self.addCleanup(self.forget_parameter)
        with self.assertRaisesRegex(UserError, "Look there"):
            self.validated()
        self.assertEqual(len(self.asked), 1)
        with self.committed() as env:
            exchange = env["reliability.exchange"].search([])
            exchange._settle("They have none.", False)
        self.assertEqual(self.validated(), "T2")

    def forget_parameter(self):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(
                "reliability.label_in_doubt_waits", False
            )


@tagged("post_install", "-at_install", "-standard")
class TestCounterparts(CarrierCase):
    """Carriers are known as counterparts by themselves."""

    def known(self):
        rows = self.rows("SELECT code, kind, discovered FROM reliability_integration")
        return [(of["code"], of["kind"], bool(of["discovered"])) for of in rows]

    def test_who_makes_a_carrier_has_its_counterpart(self):
        self.assertEqual(self.known(), [(KIND, "carrier", False)])

    def test_one_that_has_appeared_by_itself_is_named(self):
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_integration SET discovered = true, kind = 'other'"
            )
        with self.committed() as env:
            self.carrier(env)._reliability_make_integrations()
        self.assertEqual(self.known(), [(KIND, "carrier", False)])

    def test_one_that_somebody_has_named_stays_as_it_is(self):
        with self.committed() as env:
            env["reliability.integration"].search([]).write(
                {"name": "Uncle Probe", "kind": "other"}
            )
            self.carrier(env)._reliability_make_integrations()
            self.assertEqual(
                env["reliability.integration"].search([]).name, "Uncle Probe"
            )

    def test_whatever_a_type_is_called_it_makes_a_code(self):
        self.assertEqual(code_of("acme"), "acme")
        for odd in ("2ship", "x", "other", "---"):
            self.assertTrue(is_metric_code(code_of(odd)), odd)

    def test_a_type_that_is_changed_and_changed_back_costs_no_query(self):
        """As OCA's price methods do for each rate."""
        with self.committed() as env:
            carrier = self.carrier(env)
            carrier._reliability_make_integrations()
            before = env.cr.sql_log_count
            carrier._reliability_make_integrations()
            self.assertEqual(env.cr.sql_log_count, before)

    def test_every_provider_that_is_installed_is_on_record(self):
        with self.committed() as env:
            carriers = env["delivery.carrier"]
            carriers._register_hook()
            self.addCleanup(carriers._unregister_hook)
            for _time in range(2):
                method = type(carriers).fixed_send_shipping
                self.assertEqual(method._reliability_asks, "fixed_send_shipping")
                inside = method.__wrapped__
                self.assertFalse(hasattr(inside, "_reliability_asks"), "wrapped once")
                carriers._register_hook()
