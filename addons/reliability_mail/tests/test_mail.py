"""Outgoing mail: outcomes, gauges, alerts, and why most mails fail."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import (
    Series,
    StatusKey,
    external_seconds_so_far,
    kill_switch,
    recorder,
    unmeasured,
)
from odoo.addons.reliability.tests.clocks import Clock
from odoo.addons.reliability.tests.common import RecordedCase
from odoo.addons.reliability.tests.counting import NOON, CountedCase
from odoo.addons.reliability.tests.internals import gauge_names
from odoo.addons.reliability.tests.recordings import events_in

from .. import GAUGES, uninstall_hook
from ..models import ir_mail_server


@tagged("-at_install", "post_install")
class TestMail(RecordedCase, TransactionCase):
    def mails(self, **values):
        mail = {"subject": "Order", "body_html": "Yes", "email_to": "a@example.org"}
        return self.env["mail.mail"].create([{**mail, **values}] * 2)

    def outcomes(self):
        """Return the recorded mails: reason → outcome and number of mails."""
        return {
            series.labels[0]: (event.outcome, event.calls)
            for series, event in events_in(recorder().folder)
            if series.family == "mail"
        }

    def test_mails_are_counted_by_outcome_and_reason(self):
        mails = self.mails()
        mails._postprocess_sent_message([], [])
        mails._postprocess_sent_message([], [], "No", "mail_smtp")
        mails._postprocess_sent_message([], [], "No")
        self.assertEqual(
            self.outcomes(),
            {
                "": ("success", 2),
                "mail_smtp": ("failed", 2),
                "unknown": ("failed", 2),
            },
        )

    def test_none_is_counted_while_measuring_is_paused(self):
        with patch.object(kill_switch, "is_enabled", lambda: False):
            self.mails()._postprocess_sent_message([], [])
        self.assertEqual(self.outcomes(), {})

    def test_none_is_counted_that_is_not_measured(self):
        with unmeasured():
            self.mails()._postprocess_sent_message([], [])
        self.assertEqual(self.outcomes(), {})

    def test_time_that_was_counted_inside_is_not_counted_again(self):
        clock, before = Clock(), external_seconds_so_far()
        with patch.object(ir_mail_server, "time", clock):
            with ir_mail_server._external_time():
                clock.now += 1
                with ir_mail_server._external_time():
                    clock.now += 2
        self.assertAlmostEqual(external_seconds_so_far() - before, 3)

    def test_uninstalling_drops_the_gauges_and_the_index(self):
        self.env.flush_all()
        uninstall_hook(self.env)
        self.assertFalse(gauge_names(self.env.cr) & set(GAUGES))
        self.env.cr.execute(
            "SELECT to_regclass('mail_mail__reliability_open') IS NOT NULL"
        )
        self.assertEqual(self.env.cr.fetchone(), (False,))


@tagged("-at_install", "post_install")
class TestAlerts(TransactionCase):
    """Mails that could not be sent are an alert for each reason."""

    def setUp(self):
        super().setUp()
        self.env["mail.mail"].search([]).unlink()
        self.provider = self.env["reliability.health.provider"]

    def fail(self, failure_type, count=2, **values):
        """Return failed mails."""
        mail = {"state": "exception", "failure_type": failure_type, **values}
        return self.env["mail.mail"].create([mail] * count)

    def alerts(self):
        """Return error class → alert."""
        alerts = self.provider.sudo()._alerts()
        return {alert.error: alert for alert in alerts if alert.provider == "mail"}

    def opened(self, alert):
        action = self.provider._describe_alert(alert).action
        return self.env["mail.mail"].search(action["domain"])

    def test_each_reason_opens_as_many_mails_as_it_counts(self):
        failed = {
            reason: self.fail(reason, count)
            for reason, count in (("mail_smtp", 2), ("unknown", 3), (False, 1))
        }
        alerts = self.alerts()
        self.assertEqual(alerts.keys(), {"mail_smtp", "unknown", ""})
        for reason, mails in failed.items():
            alert = alerts[reason or ""]
            self.assertEqual(alert.count, len(mails))
            self.assertEqual(self.opened(alert), mails)

    def test_the_sentence_has_the_reason(self):
        self.fail("mail_smtp")
        reason = self.provider._reason("mail_smtp")
        self.assertEqual(
            self.provider._describe_alert(self.alerts()["mail_smtp"]).text,
            f"2 e-mails could not be sent: {reason}",
        )

    def test_an_unexplained_reason_is_shown_without_secrets_and_people(self):
        reason = "550 <ana@example.org> is unknown; AUTH password=x1y2"
        self.fail("unknown", failure_reason=reason)
        alert = self.alerts()["unknown"]
        text = self.provider._describe_alert(alert).text
        self.assertIn("550", text)
        self.assertNotRegex(text, "ana|x1y2")
        self.assertNotRegex(str(alert.values), "ana|x1y2")

    def test_mails_of_more_than_a_week_ago_are_left_out(self):
        mails = self.fail("mail_smtp")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = create_date - interval '8 days'"
            " WHERE id IN %s",
            [tuple(mails.ids)],
        )
        self.env.invalidate_all()
        self.assertFalse(self.alerts())

    def test_everybody_reads_it_and_who_may_read_mails_opens_them(self):
        """Mails belong to the whole database."""
        self.fail("mail_smtp")
        alert = self.alerts()["mail_smtp"]
        self.assertTrue(alert.is_shared)
        viewer = new_test_user(self.env, "mail_viewer", "reliability.group_viewer")
        for user, may_read in (
            (viewer, False),
            (self.env.ref("base.user_admin"), True),
        ):
            provider = self.provider.with_user(user)
            described = provider._describe_alert(alert)
            self.assertIn("2 e-mails could not be sent", described.text)
            self.assertEqual(bool(described.action), may_read)
            self.assertEqual(provider._can_act_on(alert), may_read)


@tagged("-at_install", "post_install")
class TestHealth(CountedCase):
    def test_a_batch_of_mails_is_never_slow(self):
        series = Series("mail", self.env.cr.dbname, ("",), 0.0)
        self.record(series, NOON, "success", seconds=0.0, calls=16)
        evaluator = self.env["reliability.evaluator"]
        service = self.env.ref("reliability.service_background_work")
        with freeze_time(NOON + timedelta(minutes=1)) as clock:
            found = evaluator._call_findings({service.code: service}, clock())
        findings = {operation: finding for _key, operation, finding, _ in found}
        self.assertIsNone(findings["mail"])

    def test_a_mail_is_shown_as_neither_fast_nor_slow(self):
        series = Series("mail", self.env.cr.dbname, ("",), 0.0)
        self.record(series, NOON, "success", seconds=0.0, calls=16)
        report = self.env["reliability.report"].search(
            [("family", "=", "mail"), ("start", "=", NOON)]
        )
        self.assertEqual((report.count, report.is_timed), (16, False))


@tagged("-at_install", "post_install")
class TestRootCause(CountedCase):
    def test_it_is_the_reason_of_most_failures(self):
        for reason, count in (("", 3), ("mail_smtp", 5), ("mail_email_missing", 1)):
            series = Series("mail", self.env.cr.dbname, (reason,), 0.0)
            outcome = "failed" if reason else "success"
            self.record(series, NOON, *[outcome] * count)
        observation = SimpleNamespace(
            reason={"kind": "failing", "family": "mail", "operation": "mail"},
            is_shared=True,
        )
        service = self.env.ref("reliability.service_background_work")
        key, now = StatusKey(service.id, None, ""), NOON + timedelta(minutes=1)
        diagnosis = self.env["reliability.diagnosis"]
        with freeze_time(now):
            cause = diagnosis._find_root_cause(observation, key, now)
        self.assertEqual(
            cause, {"layer": "mail", "reason": "mail_smtp", "subject": "mail"}
        )
        reason = self.env["reliability.health.provider"]._reason("mail_smtp")
        self.assertEqual(
            diagnosis._describe(cause), f"Cause of most failures: {reason}"
        )

    def test_calls_that_fail_for_mails_are_no_other_alert_than_these(self):
        self.env["mail.mail"].search([]).unlink()
        values = {"state": "exception", "failure_type": "mail_smtp"}
        self.env["mail.mail"].create(values)
        failing = Series("mail", self.env.cr.dbname, ("mail_smtp",), 0.0)
        self.record(failing, NOON, *["failed"] * 5)
        now = NOON + timedelta(minutes=1)
        with freeze_time(now):
            alerts, _work = self.env["reliability.evaluator"]._evaluate(now)
        found = [
            (alert.provider, alert.severity)
            for alert in alerts
            if alert.service == "background_work"
        ]
        self.assertEqual(found, [("mail", "interrupted")])

    def test_it_has_a_name(self):
        names = self.env["reliability.display.names"]
        self.assertEqual(names._display_name_of("mail"), "Outgoing mail")
