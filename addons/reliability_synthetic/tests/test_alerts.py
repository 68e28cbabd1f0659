"""Alerts about journeys that fail, are slow, are flaky or do not run."""

import json
from datetime import timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from ..run_result import RunResult
from .journeys import NOON, JourneyCase, after, failed, passed, slow


class AlertCase(JourneyCase):
    def setUp(self):
        super().setUp()
        self.switch(-24 * 60)
        self.journey.next_run_at = after(60)

    def switch(self, minutes, is_on=True, journey=None):
        """Switch a journey on or off some minutes after noon."""
        with freeze_time(after(minutes)):
            (journey or self.journey).is_scheduled = is_on

    def alerts(self, minutes=1):
        """Return the alerts of this addon: cause → alert."""
        with freeze_time(after(minutes)):
            found = self.env["reliability.health.provider"]._alerts()
        alerts = [alert for alert in found if alert.provider == "synthetic"]
        self.assertEqual(len({alert.cause for alert in alerts}), len(alerts))
        return {alert.cause: alert for alert in alerts}

    def shown(self, alert, user=None):
        provider = self.env["reliability.health.provider"]
        with freeze_time(after(1)):
            return provider.with_user(user or self.env.user)._describe_alert(alert)


@tagged("-at_install", "post_install")
class TestFailing(AlertCase):
    """A journey that fails interrupts, since its first failing step began."""

    def test_since_the_first_failing_step_of_the_present_row(self):
        self.ran(-30, failed(when=after(-30)))
        self.ran(-25, passed(when=after(-25)))
        self.ran(-20, failed(when=after(-20)), failed(when=after(-19)))
        run = self.ran(-15, failed(when=after(-15), values={"text": "No stock"}))
        alert = self.alerts()["failing"]
        self.assertEqual(alert.severity, "interrupted")
        self.assertEqual(alert.since, after(-20) + timedelta(seconds=2))
        self.assertEqual(alert.subject, "probed_order")
        self.assertEqual(alert.service, "synthetic_checks")
        shown = self.shown(alert)
        self.assertEqual(
            shown.text,
            "Order to shipment fails at Reserve since 11:40."
            " Odoo refuses it: No stock.",
        )
        self.assertEqual(shown.action["res_id"], run.id)

    def test_its_company_and_its_warehouse(self):
        self.ran(0, failed(values={"text": "x"}))
        alert = self.alerts()["failing"]
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        self.assertEqual(alert.company_id, self.env.company.id)
        self.assertEqual(alert.warehouse, warehouse.code)

    def test_it_ends_when_a_run_passes(self):
        self.ran(-5, failed(when=after(-5)))
        self.ran(0, passed())
        self.assertEqual(self.alerts(), {})

    def test_a_run_that_has_not_ended_does_not_end_it(self):
        self.ran(-5, failed(when=after(-5)))
        self.runs._begin(self.journey)
        self.assertIn("failing", self.alerts())

    def test_nor_does_time(self):
        self.ran(0, failed())
        self.assertIn("failing", self.alerts(60))

    def test_one_that_is_switched_off_is_no_alert(self):
        self.ran(0, failed())
        self.journey.is_scheduled = False
        self.assertEqual(self.alerts(), {})

    def test_a_flaky_run_is_none(self):
        self.ran(0, failed(), passed())
        self.assertEqual(self.alerts(), {})

    def test_a_worker_that_died(self):
        run = self.runs._begin(self.journey)
        with freeze_time(after(5)):
            run._fail("died")
        alert = self.alerts(5)["failing"]
        self.assertEqual(alert.since, NOON)
        self.assertRegex(
            self.shown(alert).text, "fails since 12:00. The worker that ran Order to"
        )

    def test_weeks_without_a_run_do_not_end_it(self):
        self.ran(0, failed())
        for days in (8, 89, 200):
            with freeze_time(after(days * 24 * 60)):
                self.runs._gc_runs()
            self.env["reliability.synthetic.result"]._gc_results()
            self.assertIn("failing", self.alerts(days * 24 * 60), days)
        self.ran(200 * 24 * 60 + 5, passed(when=after(200 * 24 * 60 + 5)))
        self.assertNotIn("failing", self.alerts(200 * 24 * 60 + 6))

    def test_one_that_is_archived_is_none(self):
        self.ran(0, failed())
        self.journey.active = False
        self.assertEqual(self.alerts(), {})

    def test_who_may_not_read_the_run_has_no_button(self):
        self.ran(0, failed(values={"text": "x"}))
        plain = new_test_user(self.env, "plain_of_journeys", "base.group_user")
        shown = self.shown(self.alerts()["failing"], plain)
        self.assertFalse(shown.action)

    def test_a_neutralized_copy_has_none(self):
        self.ran(0, failed())
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertEqual(self.alerts(), {})


@tagged("-at_install", "post_install")
class TestGone(AlertCase):
    """An alert is readable when its run or its journey is deleted."""

    def test_one_of_a_failure(self):
        self.ran(0, failed(values={"text": "x"}))
        alert = self.alerts()["failing"]
        shown = self.shown(alert)
        self.journey.run_ids.unlink()
        gone = self.shown(alert)
        self.assertEqual(gone.text, shown.text)
        self.assertEqual(gone.button, "Open Runs")

    def test_one_whose_worker_died(self):
        self.runs._begin(self.journey)._fail("died")
        alert = self.alerts()["failing"]
        text = self.shown(alert).text
        self.journey.run_ids.unlink()
        self.assertEqual(self.shown(alert).text, text)

    def test_one_of_a_slow_run(self):
        self.ran(0, slow(seconds=12))
        alert = self.alerts()["slow"]
        text = self.shown(alert).text
        self.journey.run_ids.unlink()
        self.assertEqual(self.shown(alert).text, text)

    def test_its_values_are_stored_as_json(self):
        self.ran(0, failed(values={"text": "x"}))
        alert = self.alerts()["failing"]
        stored = json.loads(json.dumps(alert.values))
        self.assertEqual(stored, alert.values)

    def test_one_of_a_journey_names_it(self):
        self.ran(0, failed())
        alert = self.alerts()["failing"]
        self.journey.unlink()
        self.assertEqual(
            self.shown(alert).text,
            "The journey Order to shipment, which this alert was about, was deleted",
        )


@tagged("-at_install", "post_install")
class TestPlaces(AlertCase):
    """Places are compared: what fails from one of them only is no interruption."""

    def test_from_one_only(self):
        self.ran(0, passed())
        self.ran(0, failed(values={"text": "x"}), place="frankfurt")
        alert = self.alerts()["failing"]
        self.assertEqual(alert.severity, "degraded")
        self.assertEqual(
            self.shown(alert).text,
            "Order to shipment fails from Frankfurt only, at Reserve since 12:00. Odoo"
            " refuses it: x.",
        )

    def test_from_all(self):
        self.ran(-1, failed(when=after(-1)))
        self.ran(0, failed(values={"text": "x"}), place="frankfurt")
        alert = self.alerts()["failing"]
        self.assertEqual(alert.severity, "interrupted")
        self.assertEqual(alert.since, after(-1) + timedelta(seconds=2))
        self.assertNotIn("only", self.shown(alert).text)

    def test_one_that_is_not_heard_of_any_more_is_not_compared(self):
        self.ran(-60, passed(when=after(-60)), place="frankfurt")
        self.ran(0, failed(values={"text": "x"}))
        self.assertEqual(self.alerts()["failing"].severity, "interrupted")


@tagged("-at_install", "post_install")
class TestSlow(AlertCase):
    def test_the_last_run_was_slow(self):
        self.ran(-10, passed(when=after(-10)))
        self.ran(-5, slow(when=after(-5)))
        self.ran(0, slow(seconds=12))
        alert = self.alerts()["slow"]
        self.assertEqual((alert.severity, alert.since), ("degraded", after(-5)))
        self.assertEqual(
            self.shown(alert).text,
            "Order to shipment is slow since 11:55: the last run took 12 s, too long at"
            " Confirm the order",
        )


@tagged("-at_install", "post_install")
class TestFlaky(AlertCase):
    def ran_often(self, flaky, others):
        for number in range(flaky + others):
            when = after(-number - 1)
            first = [failed(when=when)] if number < flaky else []
            self.ran(-number - 1, *first, passed(when=when))

    def test_more_than_a_tenth_of_the_runs_of_a_day(self):
        self.ran_often(3, 20)
        alert = self.alerts()["flaky"]
        self.assertEqual((alert.severity, alert.count), ("information", 3))
        shown = self.shown(alert)
        self.assertIn("in 3 of 23 runs", shown.text)
        self.assertEqual(
            self.runs.search_count(shown.action["domain"]), 23, "all of the journey"
        )

    def test_a_tenth_is_not_enough(self):
        self.ran_often(3, 27)
        self.assertEqual(self.alerts(), {})

    def test_nor_are_two(self):
        self.ran_often(2, 3)
        self.assertEqual(self.alerts(), {})


@tagged("-at_install", "post_install")
class TestStopped(AlertCase):
    """One that should have run three intervals ago: scheduled actions stand still."""

    def test_not_run_although_it_is_switched_on(self):
        self.journey.next_run_at = NOON
        self.assertEqual(self.alerts(15), {})
        alert = self.alerts(16)["not_run"]
        self.assertEqual((alert.severity, alert.since), ("degraded", NOON))
        shown = self.shown(alert)
        self.assertIn("Order to shipment has not run since 12:00", shown.text)
        self.assertEqual(shown.action["res_id"], self.journey.id)

    def test_outside_of_its_working_hours_it_is_not_expected(self):
        self.journey.next_run_at = NOON
        self.journey.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Tuesdays",
                "tz": "UTC",
                "attendance_ids": [
                    (5, 0, 0),
                    (
                        0,
                        0,
                        {
                            "name": "Tuesday",
                            "dayofweek": "1",
                            "hour_from": 8,
                            "hour_to": 16,
                        },
                    ),
                ],
            }
        )
        self.assertFalse(self.pass_at(0))
        self.assertFalse(self.pass_at(16))
        self.assertEqual(self.alerts(16), {})

    def test_a_run_that_lasts_longer_than_its_turns_is_no_silence(self):
        self.journey.write({"interval_minutes": 1, "limit_seconds": 600})
        self.journey.next_run_at = NOON
        run = self.runs._begin(self.journey)
        self.assertEqual(self.alerts(20), {})
        self.assertIn("not_run", self.alerts(22), "its worker is dead")
        with freeze_time(after(20)):
            run._store(RunResult((passed(when=NOON, seconds=20 * 60),)))
        self.assertEqual(self.alerts(21), {}, "the next pass runs it")
        self.assertIn("not_run", self.alerts(23))

    def test_nor_does_it_leave_the_journey_without_data(self):
        self.journey.write({"interval_minutes": 1, "limit_seconds": 240})
        self.ran(-4, passed(when=after(-4)))
        self.runs._begin(self.journey)
        with freeze_time(after(8)):
            self.assertEqual(self.journey.state, "fine")


@tagged("-at_install", "post_install")
class TestSwitchedOn(AlertCase):
    """What a journey did before it was switched on is no reason for an alert."""

    def test_a_row_of_failures_begins_after_it(self):
        self.ran(-60, failed(when=after(-60)))
        self.switch(-50, is_on=False)
        self.switch(-10)
        self.ran(-5, failed(when=after(-5)))
        self.ran(0, failed(values={"text": "x"}))
        alert = self.alerts()["failing"]
        self.assertEqual(alert.since, after(-5) + timedelta(seconds=2))
        self.assertEqual(self.journey.last_run, "Fails at Reserve since 11:55")

    def test_nor_does_it_begin_before_the_journey_was_restored(self):
        self.ran(-60, slow(when=after(-60)))
        self.journey.active = False
        with freeze_time(after(-10)):
            self.journey.active = True
        self.ran(-5, slow(when=after(-5)))
        self.assertEqual(self.alerts()["slow"].since, after(-5))

    def test_one_that_was_only_tried_out_has_no_result_yet(self):
        self.switch(-20, is_on=False)
        self.ran(-5, failed(when=after(-5)))
        self.switch(0)
        self.assertNotIn("failing", self.alerts())
        self.journey.invalidate_recordset()
        self.assertEqual(
            (self.journey.state, self.journey.last_run),
            ("no_data", "No run since it was switched on"),
        )

    def test_a_flaky_run_of_before_does_not_count(self):
        for minutes in (-30, -25, -20):
            self.ran(minutes, failed(when=after(minutes)), passed(when=after(minutes)))
        self.assertIn("flaky", self.alerts())
        self.switch(-15, is_on=False)
        self.switch(-10)
        self.ran(-5, passed(when=after(-5)))
        self.assertEqual(self.alerts(), {})

    def test_another_change_is_none(self):
        self.ran(-30, failed(when=after(-30)))
        self.ran(-20, failed(when=after(-20), values={"text": "x"}))
        with freeze_time(after(-10)):
            self.journey.write({"interval_minutes": 7, "is_scheduled": True})
        since = after(-30) + timedelta(seconds=2)
        self.assertEqual(self.alerts()["failing"].since, since)

    def test_a_journey_over_http_is_on_unless_it_is_archived(self):
        journey = self.make_journey(("resolve",), code="probed_address", way="http")
        self.assertFalse(journey.switched_on_at, "from the beginning")
        journey.active = False
        with freeze_time(after(5)):
            journey.active = True
        self.assertEqual(journey.switched_on_at, after(5))


@tagged("-at_install", "post_install")
class TestMaintenance(AlertCase):
    """What is found in an approved maintenance window is no reason for an alert."""

    def setUp(self):
        super().setUp()
        steps, values = ("resolve",), {"code": "probed_address", "way": "http"}
        self.address = self.make_journey(steps, **values)

    def maintain(self, begin, end, services="synthetic_checks"):
        service = self.env["reliability.service"].search([("code", "=", services)])
        values = {"start": after(begin), "end": after(end)}
        self.env["reliability.maintenance"].create(
            {"name": "Another disk", "service_ids": service.ids, **values}
        ).action_approve()

    def each_way(self):
        """Yield a function that stores runs: of a journey in Odoo, and over HTTP."""
        for journey, place in ((self.journey, "odoo"), (self.address, "frankfurt")):
            others = self.env["reliability.synthetic.journey"].search([]) - journey
            others.active, journey.active = False, True
            journey.switched_on_at = after(-24 * 60)
            yield lambda minutes, result, journey=journey, place=place: self.ran(
                minutes, result(when=after(minutes)), journey=journey, place=place
            )

    def test_neither_a_failure_nor_a_slow_run(self):
        self.maintain(-10, 30)
        for ran in self.each_way():
            ran(-15, passed)
            for minutes, result in ((-8, slow), (-3, failed)):
                ran(minutes, result)
                self.assertEqual(self.alerts(), {})

    def test_nor_one_in_a_window_of_all_services(self):
        self.maintain(-10, 30, services="")
        for ran in self.each_way():
            ran(-5, failed)
            self.assertEqual(self.alerts(), {})

    def test_one_in_a_window_of_another_service_is(self):
        self.maintain(-10, 30, services="platform")
        for ran in self.each_way():
            ran(-5, failed)
            self.assertIn("failing", self.alerts())

    def test_one_that_still_fails_afterwards_fails_since_then(self):
        self.maintain(-20, -10)
        for ran in self.each_way():
            for minutes in (-15, -8, -3):
                ran(minutes, failed)
            since = after(-8) + timedelta(seconds=2)
            self.assertEqual(self.alerts()["failing"].since, since)

    def test_one_that_failed_before_fails_until_a_run_passes(self):
        self.maintain(-10, 30)
        for ran in self.each_way():
            ran(-15, failed)
            ran(-5, failed)
            since = after(-15) + timedelta(seconds=2)
            self.assertEqual(self.alerts()["failing"].since, since)
            ran(0, passed)
            self.assertEqual(self.alerts(), {})

    def test_flaky_runs_do_not_count(self):
        self.maintain(-20, 0)
        for minutes in (-15, -10, -5):
            self.ran(minutes, failed(when=after(minutes)), passed(when=after(minutes)))
        self.assertEqual(self.alerts(), {})

    def test_missing_runs_count_from_its_end(self):
        self.journey.next_run_at = NOON
        self.maintain(10, 60)
        self.assertEqual(self.alerts(30), {})
        self.assertEqual(self.alerts(75), {})
        self.assertEqual(self.alerts(76)["not_run"].since, after(60))
