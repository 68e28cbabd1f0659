"""No second parcel is bought before a person has said what the carrier has."""

import time

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability_integration.ledger import lost_attempts
from odoo.addons.reliability_integration.tests.common import refuse

from ..models.stock_picking import UNCONFIRMED_WAITS
from ..provider_instrumentation import LABEL, TRACKING
from .common import DELIVERY_TYPE, CarrierCase

PICKER = "stock.group_stock_user"
VIEWER = "reliability.group_viewer"


class QuestionCase(CarrierCase):
    def requested(self):
        """Return the number of requests for labels that the carrier received."""
        return self.partner_system.requests.count("/parcels")

    def state(self, env, picking_id=None):
        """Return the state and the parcel of a transfer."""
        picking = env["stock.picking"].browse(picking_id or self.picking_id)
        return picking.state, picking.carrier_tracking_ref or ""


@tagged("post_install", "-at_install", "-standard")
class TestValidate(QuestionCase):
    """*Validate* asks before it buys another label, and goes on with the answer."""

    def setUp(self):
        super().setUp()
        self.leave_unconfirmed()
        self.provide_parcels("T2")

    def test_nothing_is_bought_and_nothing_validated_before_the_answer(self):
        for _click in range(2):
            with self.committed() as env:
                action = self.validate(env)
                window = self.window_of(env, action)
                self.assertIn("did not answer", window.explanation)
                self.assertTrue(window.is_parcel and window.validates)
                self.assertFalse(window.parcel or window.number or window.reason)
        with self.committed() as env:
            self.assertEqual(self.state(env), ("assigned", ""))
        self.assertEqual(self.requested(), 1)
        self.assertEqual(self.exchange()["state"], "unknown")

    def test_the_alert_says_that_a_parcel_may_exist(self):
        with self.committed() as env:
            provider = env["reliability.health.provider"]
            (text,) = (
                provider._describe_alert(alert).text
                for alert in provider._exchange_alerts()
            )
            transfer = env["stock.picking"].browse(self.picking_id).name
        self.assertRegex(text, f"did not answer for {transfer} at .* may exist")
        self.assertIn("before another label is bought", text)

    def test_a_parcel_that_exists_is_used(self):
        with self.committed() as env:
            action = self.validate(env)
        with self.committed() as env:
            self.answer_question(env, action, "use", " T1 ")
        with self.committed() as env:
            self.assertEqual(self.state(env), ("done", "T1"))
        self.assertEqual(self.requested(), 1)
        self.assertEqual(self.references(), {"T1": "adopted"})
        exchange = self.exchange()
        self.assertEqual(
            (exchange["state"], exchange["resolution"]), ("resolved", "called them")
        )

    def test_where_there_is_none_one_is_bought(self):
        with self.committed() as env:
            action = self.validate(env)
        with self.committed() as env:
            self.answer_question(env, action, "none")
        with self.committed() as env:
            self.assertEqual(self.state(env), ("done", "T2"))
        exchange = self.exchange()
        self.assertEqual(
            (exchange["state"], exchange["is_possibly_duplicated"]),
            ("succeeded", False),
        )

    def test_a_parcel_that_is_cancelled_is_replaced(self):
        cancelled = []

        def cancel_shipment(_carrier, pickings):
            self.send_request("POST", "/cancel")
            cancelled.extend(pickings.mapped("carrier_tracking_ref"))

        self.answer("/cancel", 200)
        self.provide(cancel_shipment=cancel_shipment)
        with self.committed() as env:
            action = self.validate(env)
        with self.committed() as env:
            self.answer_question(env, action, "cancel", "T1")
        with self.committed() as env:
            self.assertEqual(self.state(env), ("done", "T2"))
        self.assertEqual(cancelled, ["T1"])
        self.assertEqual(self.references(), {"T1": "cancelled", "T2": "committed"})

    def test_a_parcel_that_odoo_cannot_cancel_stops_the_validation(self):
        self.provide(cancel_shipment=lambda _carrier, _pickings: None)
        with self.committed() as env:
            action = self.validate(env)
        with self.committed() as env:
            answer = self.answer_question(env, action, "cancel", "T1")
            self.assertIn("T1", answer["params"]["message"])
        with self.committed() as env:
            self.assertEqual(self.state(env), ("assigned", ""))
            self.assertEqual(self.references(), {"T1": "orphaned"})
            # The next question knows the number.
            window = self.window_of(env, self.validate(env))
            self.assertEqual(window.number, "T1")
            self.assertIn("has parcel T1", window.explanation)

    def test_the_answer_and_its_reason_are_required(self):
        with self.committed() as env:
            window = self.window_of(env, self.validate(env))
        for values in (
            {"reason": "called them"},
            {"parcel": "none"},
            {"parcel": "use", "reason": "called them", "number": " "},
        ):
            with self.assertRaises(UserError), self.committed() as env:
                again = window.with_env(env).with_context(**window.env.context)
                again.write(values)
                again.action_resolve()
        self.assertEqual(self.exchange()["state"], "unknown")

    def test_the_answer_stays_where_the_validation_fails(self):
        self.provide(send_shipping=lambda _carrier, _pickings: refuse("Too heavy."))
        with self.committed() as env:
            action = self.validate(env)
        with self.assertRaisesRegex(UserError, "Too heavy"), self.committed() as env:
            self.answer_question(env, action, "none")
        self.assertEqual(self.exchange()["resolution"], "called them")
        self.provide_parcels("T2")
        with self.committed() as env:
            self.assertIs(self.validate(env), True)

    def test_a_label_that_is_not_answered_again_is_asked_about_again(self):
        with self.committed() as env:
            action = self.validate(env)
        with self.committed() as env:
            window = self.window_of(env, action)
            window.validates = False  # as on the transfer's form
            self.answer_question(env, action, "none")
        self.leave_unconfirmed()
        self.provide_parcels("T2")
        with self.committed() as env:
            self.assertEqual(self.validate(env)["res_model"], "reliability.resolve")
        self.assertEqual(self.requested(), 2)

    def test_an_orphan_is_asked_about_with_its_number(self):
        self.buy_without_asking()
        self.make_orphan("T1")
        self.set_parameter(False)
        self.provide_parcels("T2")
        with self.committed() as env:
            action = self.validate(env)
            self.assertEqual(self.window_of(env, action).number, "T1")
        with self.committed() as env:
            self.answer_question(env, action, "use", "T1")
        with self.committed() as env:
            self.assertEqual(self.state(env), ("done", "T1"))
        self.assertEqual(self.references(), {"T1": "adopted"})

    def assert_found_without_a_question(self, number):
        with self.committed() as env:
            self.assertIs(self.validate(env), True)
            self.assertEqual(self.state(env), ("done", number))
        with self.committed() as env:
            self.assertFalse(self.picking(env).reliability_orphan_text)

    def test_odoo_uses_an_orphan_itself_where_the_carrier_lists_it(self):
        self.buy_without_asking()
        self.make_orphan("T1")
        self.set_parameter(False)
        self.provide(find_parcels=lambda _carrier, _picking: ["T1"])
        self.assert_found_without_a_question("T1")

    def lose(self, *numbers):
        """Record that a database of before the transfer's label was restored."""
        parcels = [{"name": number, "kind": TRACKING} for number in numbers]
        message = {
            "uid": "lost",
            "integration": DELIVERY_TYPE,
            "operation": LABEL,
            "direction": "out",
            "repeatable": "unsafe",
            "model": "stock.picking",
            "ids": str(self.picking_id),
            "started": time.time(),
            **({"outcome": "succeeded", "references": parcels} if parcels else {}),
        }
        with self.cursor() as cr:
            lost_attempts.record(cr, [lost_attempts.Lost(False, message)])

    def test_a_parcel_of_a_lost_label_is_asked_about_with_its_number(self):
        self.lose("T1")
        with self.committed() as env:
            action = self.validate(env)
            self.assertEqual(self.window_of(env, action).number, "T1")

    def test_a_carrier_that_lists_parcels_is_asked_about_a_lost_label(self):
        self.lose("T1")
        self.provide(find_parcels=lambda _carrier, _picking: ["T1"])
        self.assert_found_without_a_question("T1")

    def test_a_carrier_that_lists_parcels_is_asked_about_a_request_in_progress(self):
        self.lose()
        self.assertEqual(self.exchange()["state"], "unknown")
        self.provide_parcels("T2")
        self.provide(find_parcels=lambda _carrier, _picking: [])
        with self.committed() as env:
            self.assertIs(self.validate(env), True)
            self.assertEqual(self.state(env), ("done", "T2"))

    def test_a_transfer_without_a_label_is_not_asked_about(self):
        with self.committed() as env:
            self.picking(env).picking_type_id.print_label = False
            self.assertIs(self.validate(env), True)

    def test_the_question_is_on_until_settings_switch_it_off(self):
        self.addCleanup(self.set_parameter, False)
        for is_on in (True, False, True):
            with self.committed() as env:
                settings = env["res.config.settings"].create({})
                name = "reliability_label_unconfirmed_waits"
                settings[name] = is_on
                settings.set_values()
            with self.committed() as env:
                self.assertEqual(env["res.config.settings"].create({})[name], is_on)
                shown = env["ir.config_parameter"].get_param(UNCONFIRMED_WAITS.key)
                self.assertEqual(UNCONFIRMED_WAITS.parse(shown), is_on)
        self.buy_without_asking()
        with self.committed() as env:
            self.assertIs(self.validate(env), True)


@tagged("post_install", "-at_install", "-standard")
class TestSeveral(QuestionCase):
    """Batches and backorders are asked about, too."""

    def test_a_batch_is_asked_one_after_the_other_and_then_validated(self):
        with self.committed() as env:
            others = [self.make_picking(env) for _number in range(2)]
        self.leave_unconfirmed(self.picking_id, others[0])
        self.provide_parcels("T2", "T3")
        with self.committed() as env:
            action = self.validate(env, self.picking_id, *others)
        with self.committed() as env:
            action = self.answer_question(env, action, "use", "T1")
            self.assertEqual(action["res_model"], "reliability.resolve")
            self.assertEqual(self.state(env, others[1]), ("assigned", ""))
        with self.committed() as env:
            self.answer_question(env, action, "none")
        with self.committed() as env:
            found = [self.state(env, one) for one in (self.picking_id, *others)]
        self.assertEqual(found, [("done", number) for number in ("T1", "T2", "T3")])

    def test_the_backorder_that_was_chosen_is_made_after_the_answer(self):
        with self.committed() as env:
            self.picking(env).move_ids.product_uom_qty = 3
            self.picking(env).action_assign()
        self.leave_unconfirmed()
        self.provide_parcels("T2")
        with self.committed() as env:
            self.picking(env).move_ids.quantity = 1
            action = self.validate(env)
            self.assertEqual(action["res_model"], "stock.backorder.confirmation")
            action = Form.from_action(env, action).save().process()
            self.assertEqual(action["res_model"], "reliability.resolve")
        with self.committed() as env:
            self.answer_question(env, action, "none")
        with self.committed() as env:
            self.assertEqual(self.state(env), ("done", "T2"))
            self.assertEqual(len(self.picking(env).backorder_ids), 1)

    def test_several_requests_are_not_called_done_at_once(self):
        with self.committed() as env:
            other = self.make_picking(env)
        self.leave_unconfirmed(self.picking_id, other)
        with self.committed() as env:
            action = env["reliability.exchange"].search([]).action_resolve()
            window = self.window_of(env, action)
            self.assertFalse(window.is_parcel)
            window.write({"found": "done", "reason": "called them"})
            with self.assertRaisesRegex(UserError, "one by one"):
                window.action_resolve()
        with self.committed() as env:
            window = self.window_of(env, action)
            window.write({"found": "not_done", "reason": "called them"})
            window.action_resolve()
        states = [exchange["state"] for exchange in self.exchanges()]
        self.assertEqual(states, ["failed", "failed"])


@tagged("post_install", "-at_install", "-standard")
class TestConcurrentRequests(QuestionCase):
    """Two clicks at the same time buy one parcel."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            picking_type = self.picking(env).picking_type_id
            picking_type.print_label = False
            self.validate(env)
            picking_type.print_label = True

    @mute_logger("odoo.sql_db")
    def test_nobody_else_requests_the_label_meanwhile(self):
        def send_shipping(_carrier, pickings):
            with self.assertRaises(psycopg2.errors.LockNotAvailable):
                with self.cursor() as cr:
                    cr.execute("SET LOCAL lock_timeout = '1ms'")
                    cr.execute(
                        "UPDATE stock_picking SET note = note WHERE id = %s",
                        pickings.ids,
                    )
            return [{"exact_price": 0.0, "tracking_number": "T1"}]

        self.provide(send_shipping=send_shipping)
        with self.committed() as env:
            self.picking(env).send_to_shipper()
        self.assertEqual(self.references(), {"T1": "committed"})

    @mute_logger("odoo.sql_db")
    def test_who_comes_second_meets_a_conflict_and_then_the_parcel(self):
        self.provide_parcels("T1", "T2")
        with self.assertRaises(psycopg2.errors.SerializationFailure):
            with self.committed() as env:
                self.assertFalse(self.picking(env).carrier_tracking_ref)
                with self.committed() as other:
                    self.picking(other).send_to_shipper()
                self.picking(env).send_to_shipper()
        # Odoo repeats the request.
        with self.assertRaisesRegex(UserError, "has parcel T1 already"):
            with self.committed() as env:
                self.picking(env).send_to_shipper()
        self.assertEqual(self.references(), {"T1": "committed"})
        self.assertEqual(self.requested(), 1)

    def test_two_parcels_of_one_transaction_are_meant(self):
        self.provide_parcels("T1", "T2")
        with self.committed() as env:
            self.picking(env).send_to_shipper()
            self.picking(env).send_to_shipper()
        expected = {"T1": "committed", "T2": "committed"}
        self.assertEqual(self.references(), expected)

    def test_a_request_that_has_not_ended_is_waited_for(self):
        self.provide_parcels("T1")
        with self.committed() as env:
            self.picking(env).send_to_shipper()
        with self.cursor() as cr:  # its worker is killed in the middle of it
            cr.execute(
                """
                ALTER TABLE reliability_attempt DISABLE TRIGGER USER;
                UPDATE reliability_attempt SET outcome = NULL, transaction_state = NULL;
                ALTER TABLE reliability_attempt ENABLE TRIGGER USER;
                UPDATE stock_picking SET carrier_tracking_ref = NULL;
                """
            )
        self.provide_parcels("T2")
        with self.assertRaisesRegex(UserError, "is being requested"):
            with self.committed() as env:
                self.picking(env).send_to_shipper()
        self.assertEqual(self.requested(), 1)

    def test_what_is_refused_for_a_question_is_no_attempt(self):
        self.leave_unconfirmed_by_button()
        for _click in range(2):
            with self.assertRaisesRegex(UserError, "choose Resolve"):
                with self.committed() as env:
                    self.picking(env).send_to_shipper()
        self.assertEqual(len(self.attempts()), 1)
        self.assertEqual(self.exchange()["state"], "unknown")

    def leave_unconfirmed_by_button(self):
        def send_shipping(_carrier, _pickings):
            self.send_request("POST", "/parcels")

        self.answers["/parcels"] = lambda handler: handler.connection.close()
        self.provide(send_shipping=send_shipping)
        with self.assertRaises(OSError), self.committed() as env:
            self.picking(env).send_to_shipper()


@tagged("post_install", "-at_install", "-standard")
class TestWhoResolves(QuestionCase):
    """Who may validate the transfer may resolve its parcel; who reads may hand over."""

    def setUp(self):
        super().setUp()
        self.make_orphan("T1")
        with self.committed() as env:
            company = env["res.company"].create({"name": self.id()})
            elsewhere = {"company_id": company.id, "company_ids": company.ids}
        self.roles = {
            "picker": self.make_user(f"{PICKER},{VIEWER}"),
            "manager": self.make_user(f"stock.group_stock_manager,{VIEWER}"),
            "plain picker": self.make_user(PICKER),
            "operator": self.make_user("base.group_user,reliability.group_manager"),
            "viewer": self.make_user(f"base.group_user,{VIEWER}"),
            "portal": self.make_user("base.group_portal"),
            "elsewhere": self.make_user(
                f"stock.group_stock_manager,{VIEWER}", **elsewhere
            ),
        }

    def rpc(self, role, model, method, *args, **kwargs):
        """Call a method as a user does through RPC."""
        with self.committed(self.roles[role]) as env:
            return call_kw(env[model], method, args, kwargs)

    def open_question(self, role):
        """Choose *Resolve* in the banner of the transfer; return the window's ids."""
        method = "action_reliability_resolve"
        action = self.rpc(role, "stock.picking", method, [self.picking_id])
        return [action["res_id"]]

    def orphan_ids(self):
        return [row["id"] for row in self.rows("SELECT id FROM reliability_reference")]

    def exchange_ids(self):
        return [self.exchange()["id"]]

    def test_pickers_and_managers_of_the_warehouse_use_the_parcel(self):
        for role in ("picker", "manager"):
            ids = self.orphan_ids()
            (found,) = self.rpc(
                role, "reliability.reference", "read", ids, ["can_resolve", "can_adopt"]
            )
            self.assertTrue(found["can_resolve"] and found["can_adopt"], role)
        self.rpc("picker", "reliability.reference", "action_adopted", ids)
        with self.committed() as env:
            self.assertEqual(self.picking(env).carrier_tracking_ref, "T1")
        self.assertEqual(self.references(), {"T1": "adopted"})
        self.assertEqual(self.exchange()["resolved_by_id"], self.roles["picker"])

    def test_others_see_no_button_and_are_refused(self):
        ids = self.orphan_ids()
        for role in ("operator", "viewer"):
            (found,) = self.rpc(
                role, "reliability.reference", "read", ids, ["can_resolve", "can_adopt"]
            )
            self.assertFalse(found["can_resolve"] or found["can_adopt"], role)
        for role in ("operator", "viewer", "portal", "elsewhere"):
            for method in (
                "action_adopted",
                "action_cancelled",
                "action_cancel_at_carrier",
            ):
                with self.assertRaises(AccessError, msg=(role, method)):
                    self.rpc(role, "reliability.reference", method, ids)
            values = {
                "exchange_ids": self.exchange_ids(),
                "parcel": "use",
                "number": "T1",
                "reason": "called them",
            }
            with self.assertRaises(AccessError, msg=role):
                window = self.rpc(role, "reliability.resolve", "create", [values])
                self.rpc(role, "reliability.resolve", "action_resolve", window)
            with self.assertRaises(AccessError, msg=role):
                self.open_question(role)
        self.assertEqual(self.references(), {"T1": "orphaned"})

    def test_a_picker_without_a_role_reads_what_to_do_and_resolves(self):
        (found,) = self.rpc(
            "plain picker",
            "stock.picking",
            "read",
            [self.picking_id],
            ["reliability_orphan_text", "reliability_can_resolve"],
        )
        self.assertIn("has parcel T1", found["reliability_orphan_text"])
        self.assertTrue(found["reliability_can_resolve"])
        window = self.open_question("plain picker")
        names = ("explanation", "is_parcel", "number", "parcel")
        shown = {name: {} for name in names}
        call = "plain picker", "reliability.resolve"
        (found,) = self.rpc(*call, "web_read", window, shown)
        self.assertIn("has parcel T1", found["explanation"])
        self.assertEqual((found["number"], found["parcel"]), ("T1", False))
        answer = {"parcel": "use", "reason": "called them"}
        self.rpc(*call, "web_save", window, answer, shown)
        self.rpc(*call, "action_resolve", window)
        self.assertEqual(self.references(), {"T1": "adopted"})
        with self.assertRaises(AccessError):
            self.rpc(
                "plain picker", "reliability.exchange", "search_read", [], ["state"]
            )

    def test_the_window_of_a_picker_is_for_nobody_else(self):
        window = self.open_question("plain picker")
        for role in ("picker", "operator", "portal", "elsewhere"):
            with self.assertRaises(AccessError, msg=role):
                self.rpc(role, "reliability.resolve", "action_resolve", window)

    def test_an_operator_hands_over_to_somebody_of_the_warehouse(self):
        # Resolve opens this window, too, for who may not resolve.
        action = self.rpc(
            "operator", "reliability.exchange", "action_resolve", self.exchange_ids()
        )
        model, window = action["res_model"], [action["res_id"]]
        (found,) = self.rpc("operator", model, "read", window, ["candidate_ids"])
        candidates = set(found["candidate_ids"])
        may = {self.roles[role] for role in ("picker", "manager", "plain picker")}
        self.assertEqual(candidates & set(self.roles.values()), may)
        values = {"user_id": self.roles["picker"]}
        self.rpc("operator", model, "write", window, values)
        self.rpc("operator", model, "action_hand_over", window)
        with self.committed() as env:
            (activity,) = self.picking(env).activity_ids
            self.assertEqual(activity.user_id.id, self.roles["picker"])
            self.assertIn("has parcel T1", activity.note)
            self.assertEqual(activity.create_uid.id, self.roles["operator"])

    def test_validating_without_a_role_asks_and_goes_on(self):
        with self.committed(self.roles["plain picker"]) as env:
            action = self.validate(env)
        with self.committed(self.roles["plain picker"]) as env:
            self.answer_question(env, action, "use", "T1")
        with self.committed() as env:
            self.assertEqual(self.state(env), ("done", "T1"))
