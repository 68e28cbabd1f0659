"""Alerts about journeys that fail, are slow, are flaky or do not run."""

from datetime import timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .journeys import NOON, JourneyCase, after, failed, passed, slow


class AlertCase(JourneyCase):
    def setUp(self):
        super().setUp()
        self.journey.is_scheduled = True
        self.journey.next_run_at = after(60)

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

    def test_a_run_or_a_journey_that_is_gone(self):
        run = self.ran(0, failed())
        alert = self.alerts()["failing"]
        run.unlink()
        self.assertEqual(self.shown(alert).text, "Order to shipment fails since 12:00")
        self.journey.unlink()
        self.assertEqual(self.shown(alert).text, "failing")

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
