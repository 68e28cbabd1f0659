"""Alerts: one for each cause at a place, kept while people act on it."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.api import Alert
from odoo.addons.reliability.tests.counting import NOON

from . import test_evaluator

LOGGER = "odoo.addons.reliability_health.models.reliability_evaluator"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class AlertCase(test_evaluator.EvaluatedCase):
    """A provider that contributes the alerts in ``found``."""

    def setUp(self):
        super().setUp()
        self.found = []
        provider = type(self.env["reliability.health.provider"])
        self.patch(provider, "_alerts", lambda _self: list(self.found))

    def contribute(self, **values):
        """Let the provider find a cause, besides those that it finds already."""
        values = {
            "provider": "probe",
            "cause": "broken",
            "service": "probing",
            "severity": "degraded",
            "count": 1,
            "company_id": self.env.company.id,
            "warehouse": "WH",
        } | values
        self.found.append(Alert(**values))

    def evaluate(self, minutes=0):
        """Evaluate all services, so many minutes after noon."""
        self.evaluate_at(NOON + minutes * MINUTE)

    def alerts(self, user=None):
        """Return the alerts of the service that a user sees, in the order of To Do."""
        alerts = self.env["reliability.alert"].with_user(user or self.env.user)
        return alerts.search([("service_id", "=", self.service.id)])


@tagged("-at_install", "post_install")
class TestOneAlertPerCause(AlertCase):
    def test_the_same_cause_at_the_same_place_stays_one_alert(self):
        self.contribute(count=3)
        self.evaluate()
        alert = self.alerts()
        self.found = []
        self.contribute(count=5)
        self.evaluate(1)
        self.assertEqual(self.alerts(), alert)
        self.assertEqual((alert.count, alert.opened), (5, NOON))

    def test_another_warehouse_subject_or_error_is_another_alert(self):
        self.contribute()
        self.contribute(warehouse="B")
        self.contribute(subject="dhl")
        self.contribute(subject="dhl", error="HTTP 503")
        self.evaluate()
        self.assertEqual(len(self.alerts()), 4)

    def test_it_closes_itself_and_says_so_when_its_cause_is_gone(self):
        self.contribute()
        self.evaluate()
        self.found = []
        self.evaluate(1)
        alert = self.alerts()
        self.assertEqual((alert.state, alert.closed), ("closed", NOON + MINUTE))
        self.assertIn("The cause is gone", alert.message_ids[:1].body)

    def test_a_recurrence_within_a_day_opens_it_again(self):
        self.contribute()
        self.evaluate()
        alert = self.alerts()
        with freeze_time(NOON):
            alert.with_user(self.user).action_acknowledge()
        contributed, self.found = self.found, []
        self.evaluate(1)
        self.found = contributed
        self.evaluate(23 * 60)
        self.assertEqual(self.alerts(), alert)
        with freeze_time(NOON + 23 * HOUR):
            self.assertEqual(alert.state, "open", "nobody has seen it this time")
        self.assertIn("there again", alert.message_ids[:1].body)

    def test_a_later_recurrence_is_another_alert(self):
        self.contribute()
        self.evaluate()
        contributed, self.found = self.found, []
        self.evaluate(1)
        self.found = contributed
        self.evaluate(25 * 60)
        self.assertEqual(len(self.alerts()), 2)

    def test_a_sample_is_an_alert_once_it_was_observed_for_a_minute(self):
        self.contribute(is_sampled=True)
        self.evaluate()
        self.assertFalse(self.alerts())
        self.evaluate(1)
        self.assertEqual(self.alerts().opened, NOON)
        self.found = []
        self.evaluate(2)
        self.assertTrue(self.alerts().is_present, "for three minutes")
        self.evaluate(5)
        self.assertFalse(self.alerts().is_present)

    def test_a_sample_of_a_moment_leaves_nothing(self):
        self.contribute(is_sampled=True)
        self.evaluate()
        self.found = []
        self.evaluate(1)
        evidence = self.env["reliability.alert.evidence"]
        self.assertFalse(evidence.search([("service_id", "=", self.service.id)]))

    def test_the_most_urgent_comes_first(self):
        for severity in ("information", "interrupted", "degraded"):
            self.contribute(cause=severity, severity=severity)
        self.evaluate()
        self.assertEqual(
            self.alerts().mapped("severity"), ["interrupted", "degraded", "information"]
        )

    def test_closed_ones_are_deleted_after_ninety_days(self):
        self.contribute()
        self.evaluate()
        self.found = []
        self.evaluate(1)
        alert = self.alerts()
        for days, exists in ((89, True), (91, False)):
            alert.evidence_id.closed = self.env.cr.now() - timedelta(days=days)
            alert.evidence_id._gc_evidence()
            self.assertEqual(bool(alert.exists()), exists)


@tagged("-at_install", "post_install")
class TestWhatIsUnknown(AlertCase):
    """An evaluation that fails in part shows nothing as fine that is only unknown."""

    def break_providers(self):
        def fail(_self):
            raise KeyError("probe")

        self.patch(type(self.env["reliability.health.provider"]), "_alerts", fail)
        self.enterContext(mute_logger(LOGGER))

    def unevaluated(self):
        return self.env["reliability.alert"].search([("cause", "=", "unevaluated")])

    def test_alerts_stay_while_an_addon_fails_and_one_more_says_so(self):
        self.contribute()
        self.evaluate()
        self.break_providers()
        self.evaluate(1)
        self.evaluate(2)
        self.assertEqual(self.alerts().state, "open")
        self.assertEqual(self.unevaluated().state, "open")
        self.assertIn("not up to date", self.unevaluated().text)
        self.assertIn("KeyError", self.unevaluated().text)

    def test_calls_are_evaluated_while_an_addon_fails(self):
        self.break_providers()
        self.trouble(minutes=8)
        self.assertEqual(self.alerts().mapped("cause"), ["failing"])

    def test_it_closes_with_the_next_evaluation_that_succeeds(self):
        with (
            patch.object(
                type(self.env["reliability.health.provider"]),
                "_alerts",
                side_effect=KeyError,
            ),
            mute_logger(LOGGER),
        ):
            self.evaluate()
        self.evaluate(1)
        self.assertEqual(self.unevaluated().state, "closed")

    def test_an_alert_of_a_deleted_company_is_no_alert(self):
        companies = self.env["res.company"].with_context(active_test=False)
        self.contribute(company_id=max(companies.search([]).ids) + 1)
        self.contribute()
        self.evaluate()
        self.assertEqual(len(self.alerts()), 1)


@tagged("-at_install", "post_install")
class TestServiceOfAnAlert(AlertCase):
    """The state of a service is the severity of its worst alert."""

    def test_degraded_although_all_calls_succeed(self):
        self.count(NOON, *["success"] * 5)
        self.contribute()
        self.evaluate()
        self.assertEqual(self.state(), {"WH": "degraded"})
        self.found = []
        self.evaluate(1)
        self.assertEqual(self.state(), {"WH": "fine"})

    def test_everyday_work_degrades_nothing(self):
        self.contribute(severity="information")
        self.evaluate()
        self.assertFalse(self.state())

    def test_a_snoozed_alert_degrades_it_all_the_same(self):
        self.contribute()
        self.evaluate()
        with freeze_time(NOON):
            self.alerts().action_snooze()
        self.evaluate(1)
        self.assertEqual(self.state(), {"WH": "degraded"})

    def test_a_finding_that_another_alert_explains_is_no_alert(self):
        diagnosis = type(self.env["reliability.diagnosis"])
        cause = {"layer": "failing_system", "name": "dhl", "subject": "dhl"}
        self.patch(diagnosis, "_find_root_cause", lambda *_args: cause)
        self.contribute(subject="dhl", cause="failed")
        self.trouble()
        self.assertEqual(self.alerts().mapped("cause"), ["failed"])
        self.assertEqual(self.state(), {"WH": "interrupted"})

    def test_an_alert_that_names_the_operation_explains_its_failures(self):
        self.contribute(cause="died", values={"explains": ["probe"]})
        self.trouble()
        self.assertEqual(self.alerts().mapped("cause"), ["died"])
        self.assertEqual(self.state(), {"WH": "interrupted"})

    def test_of_findings_with_the_same_cause_one_is_an_alert(self):
        diagnosis = type(self.env["reliability.diagnosis"])
        cause = {"layer": "probe", "subject": "dhl"}
        self.patch(diagnosis, "_find_root_cause", lambda *_args: cause)
        self.count(NOON, *["failed"] * 5, operation="other")
        self.trouble()
        self.assertEqual(len(self.alerts()), 1)


@tagged("-at_install", "post_install")
class TestPeople(AlertCase):
    def setUp(self):
        super().setUp()
        self.contribute()
        self.evaluate()
        self.startPatcher(freeze_time(NOON + MINUTE))
        self.alert = self.alerts(self.user)
        groups = "base.group_user,reliability.group_viewer"
        self.colleague = new_test_user(self.env, "colleague", groups)

    def test_who_acknowledges_takes_care(self):
        self.alert.action_acknowledge()
        self.assertEqual(self.alert.state, "acknowledged")
        self.assertEqual(self.alert.user_id, self.user)
        self.assertEqual(self.alert.acknowledged_by_id, self.user)

    def test_who_acknowledges_takes_it_from_nobody(self):
        self.alert.action_acknowledge()
        self.alert.with_user(self.colleague).action_acknowledge()
        self.assertEqual(self.alert.user_id, self.user)

    def test_to_hand_over_proposes_the_owner_of_the_service_today(self):
        context = self.alert.with_user(self.colleague).action_hand_over()["context"]
        self.assertEqual(context["default_activity_user_id"], self.service.owner_id.id)
        self.assertEqual(context["default_date_deadline"], NOON.date())
        self.assertEqual(context["default_summary"], self.alert.text)

    def test_who_gets_its_activity_owns_it_until_it_closes(self):
        action = self.alert.action_hand_over()
        wizard = self.env[action["res_model"]].with_user(self.user)
        wizard = wizard.with_context(**action["context"]).create(
            {"activity_user_id": self.colleague.id}
        )
        wizard.action_schedule_activities()
        self.assertEqual(self.alert.user_id, self.colleague)
        self.assertEqual(self.alert.activity_ids.user_id, self.colleague)
        self.found = []
        self.evaluate(2)
        self.assertFalse(self.alert.activity_ids)

    def test_snoozed_until_tomorrow_or_for_an_hour(self):
        self.alert.action_snooze()
        self.assertEqual(self.alert.state, "snoozed")
        self.assertEqual(self.alert.snoozed_until.date(), NOON.date() + timedelta(1))
        self.alert.with_context(snooze_hours=1).action_snooze()
        self.assertEqual(self.alert.snoozed_until, NOON + MINUTE + HOUR)
        with freeze_time(NOON + 2 * HOUR):
            self.alert.invalidate_recordset()
            self.assertEqual(self.alert.state, "open")
        self.alert.action_unsnooze()
        self.assertEqual(self.alert.state, "open")

    def test_alerts_are_found_by_their_state(self):
        search = self.env["reliability.alert"].search
        for state, action in (
            ("open", lambda: None),
            ("acknowledged", self.alert.action_acknowledge),
            ("snoozed", self.alert.action_snooze),
        ):
            action()
            self.env.flush_all()
            found = search([("state", "=", state), ("id", "=", self.alert.id)])
            self.assertEqual(found.id, self.alert.id, state)
        found = search([("state", "!=", "snoozed"), ("id", "=", self.alert.id)])
        self.assertFalse(found)

    def test_a_viewer_comments(self):
        self.alert.message_post(body="I have called DHL.")
        self.assertIn("called DHL", self.alert.message_ids[:1].body)


@tagged("-at_install", "post_install")
class TestReaders(AlertCase):
    def test_viewers_read_alerts_of_their_companies_and_shared_ones(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.contribute(cause="ours")
        self.contribute(cause="theirs", company_id=other.id)
        self.contribute(cause="nobody's", company_id=None)
        self.contribute(cause="shared", company_id=None, is_shared=True)
        self.evaluate()
        seen = self.alerts(self.user).mapped("cause")
        self.assertEqual(set(seen), {"ours", "shared"})

    def test_a_shared_status_says_no_more_than_its_reader_may_know(self):
        self.contribute(company_id=None, severity="information", is_shared=True)
        self.contribute(company_id=None, subject="nobody's")
        self.evaluate()
        status = self.env["reliability.service.status"].search(
            [("service_id", "=", self.service.id), ("company_id", "=", False)]
        )
        status.is_shared = True  # as one of a service that has requests
        self.assertEqual(status.state, "degraded")
        theirs = status.with_user(self.user)
        self.assertEqual(theirs.description, "Only administrators may read why")
        self.contribute(company_id=None, cause="shared", is_shared=True)
        self.evaluate(1)
        self.env.invalidate_all()
        shared = self.alerts().filtered(lambda alert: alert.cause == "shared")
        self.assertEqual(theirs.description, shared.text)

    def test_nobody_writes_what_the_evaluator_knows(self):
        self.contribute()
        self.evaluate()
        admin = new_test_user(
            self.env, "rel_admin", "base.group_user,reliability.group_admin"
        )
        for user in (self.user, admin):
            for values in ({"count": 0}, {"user_id": user.id}):
                with self.assertRaises(AccessError):
                    self.alerts(user).write(values)

    def test_users_without_a_role_do_nothing(self):
        self.contribute()
        self.evaluate()
        plain = new_test_user(self.env, "plain", "base.group_user")
        alert = self.alerts().with_user(plain)
        for method in (
            "acknowledge",
            "snooze",
            "unsnooze",
            "hand_over",
            "open_records",
        ):
            with self.assertRaises(AccessError):
                getattr(alert, f"action_{method}")()
