"""Journeys are composed in a form, which refuses what could not run."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .journeys import JourneyCase, after, failed, passed, slow


@tagged("-at_install", "post_install")
class TestRefused(JourneyCase):
    """What could not run is refused, with what to do instead."""

    def refused(self, message, **values):
        with self.assertRaises(ValidationError) as caught:
            self.journey.write(values)
        self.assertIn(message, str(caught.exception))

    def test_bounds(self):
        self.refused("enter 1 or more", interval_minutes=0)
        self.refused("between 1 and 600 seconds", limit_seconds=0)
        self.refused("between 1 and 600 seconds", limit_seconds=601)
        self.refused("1 to 5 attempts", max_attempts=0)
        self.refused("1 to 5 attempts", max_attempts=6)

    def test_a_code_that_is_no_label(self):
        self.refused("cannot be a code", code="Order to shipment")

    def test_no_steps(self):
        self.refused("has no steps", step_ids=[Command.clear()])
        with self.assertRaisesRegex(ValidationError, "has no steps"):
            self.make_journey(steps=(), code="empty_order")

    def test_a_step_of_another_way(self):
        self.refused("Quotation is no step of the way Over HTTP", way="http")
        with self.assertRaisesRegex(ValidationError, "is no step of the way Rehearsal"):
            self.make_journey(steps=("quotation", "job"), code="mixed_order")

    def test_a_step_that_is_there_twice(self):
        for way, steps in {"background": ("job", "mail"), "http": ("resolve",)}.items():
            with self.assertRaisesRegex(
                ValidationError, "journey Order to shipment has the step .* twice"
            ):
                self.make_journey((*steps, steps[0]), code=f"doubled_{way}", way=way)

    def test_in_a_rehearsal_it_is_not(self):
        self.make_journey(("quotation", "quotation"), code="doubled")

    def test_steps_may_change_their_order(self):
        journey = self.make_journey(("job", "mail"), code="swapped", way="background")
        job, mail = journey.step_ids
        values = {job: {"step": "mail"}, mail: {"step": "job"}}
        journey.step_ids = [Command.update(one.id, new) for one, new in values.items()]
        self.assertEqual(journey.step_ids.mapped("step"), ["mail", "job"])

    def test_a_warehouse_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        with self.assertRaisesRegex(UserError, "company inconsistencies"):
            self.journey.warehouse_id = warehouse

    def test_a_step_that_is_slow_before_it_begins(self):
        with self.assertRaises(Exception):  # noqa: B017 - of PostgreSQL
            self.journey.step_ids[0].slow_after = -1
            self.env.flush_all()


@tagged("-at_install", "post_install")
class TestForm(JourneyCase):
    def test_only_steps_of_the_way_are_offered(self):
        offered = self.journey.step_ids[0].offered_steps
        self.assertIn("quotation", offered)
        self.assertNotIn("job", offered)

    def test_a_new_journey_is_made_and_copied_switched_off(self):
        with Form(self.env["reliability.synthetic.journey"]) as form:
            form.name = "Another order"
            form.code = "another_order"
            with form.step_ids.new() as step:
                step.step = "quotation"
        made = form.record
        self.assertFalse(made.is_scheduled)
        made.is_scheduled = True
        copy = made.copy({"code": "copied_order"})
        self.assertFalse(copy.is_scheduled)
        self.assertEqual(copy.step_ids.mapped("step"), ["quotation"])

    def test_without_a_user_it_runs_as_who_tries_it_out_or_switches_it_on(self):
        self.journey.user_id = False
        admin = self.env.ref("base.user_admin")
        tried = self.journey.with_user(admin)
        self.assertEqual(tried._rehearsal_plan().user, admin.id)
        tried.is_scheduled = True
        self.assertEqual(self.journey.user_id, admin)

    def test_it_never_runs_as_odoobot(self):
        self.journey.user_id = False
        odoobot = self.journey.with_user(self.env.ref("base.user_root"))
        self.assertFalse(odoobot._rehearsal_plan().user)
        odoobot.is_scheduled = True
        self.assertFalse(self.journey.user_id)
        self.assertFalse(odoobot._rehearsal_plan().user)

    def test_the_shipped_journey_is_off(self):
        shipped = self.env.ref("reliability_synthetic.journey_order_to_shipment")
        self.assertFalse(shipped.is_scheduled)
        self.assertEqual(
            shipped.step_ids.mapped("step"),
            ["quotation", "confirm", "reserve", "validate"],
        )


@tagged("-at_install", "post_install")
class TestState(JourneyCase):
    """The list says how each journey is now."""

    def shown(self, minutes=2):
        self.journey.invalidate_recordset()
        with freeze_time(after(minutes)):
            return self.journey.state, self.journey.last_run

    def test_no_run_is_no_data(self):
        self.assertEqual(self.shown(), ("no_data", "No run yet"))

    def test_one_that_passed(self):
        self.ran(0, passed(seconds=1.8))
        self.assertEqual(self.shown(), ("fine", "2 min ago, 1.8 s"))

    def test_one_that_was_slow(self):
        self.ran(0, slow(seconds=12))
        self.assertEqual(self.shown(), ("degraded", "Slow: 2 min ago, 12 s"))

    def test_one_that_failed(self):
        self.ran(-5, failed(when=after(-5)))
        self.ran(0, failed(when=after(0)))
        self.assertEqual(self.shown(), ("interrupted", "Fails at Reserve since 11:55"))

    def test_one_that_is_too_old_is_no_data(self):
        self.ran(0, passed(seconds=1.8))
        self.assertEqual(self.shown(60), ("no_data", "1 h ago, 1.8 s"))
        self.assertEqual(self.shown(8 * 24 * 60)[1], "No run in the last 7 days")

    def test_one_place_of_several(self):
        self.ran(0, passed())
        self.ran(0, failed(), place="frankfurt")
        self.assertEqual(
            self.shown(),
            ("degraded", "Fails from Frankfurt only, at Reserve since 12:00"),
        )

    def test_the_runs_of_a_day_are_counted(self):
        self.ran(-25 * 60, passed())
        self.ran(-5, failed(), passed())
        self.ran(0, passed())
        self.journey.invalidate_recordset()
        self.assertEqual((self.journey.runs_today, self.journey.flaky_today), (2, 1))
        action = self.journey.action_open_runs()
        self.assertEqual(self.runs.search_count(action["domain"]), 3)
