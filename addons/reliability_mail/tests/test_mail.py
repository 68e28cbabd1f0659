"""Outgoing mail: outcomes, gauges, alerts, and why most mails fail."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.reliability.api import (
    Series,
    StatusKey,
    external_seconds_so_far,
    kill_switch,
    recorder,
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

    def test_time_that_was_counted_inside_is_not_counted_again(self):
        clock, before = Clock(), external_seconds_so_far()
        with patch.object(ir_mail_server, "time", clock):
            with ir_mail_server._external_time():
                clock.now += 1
                with ir_mail_server._external_time():
                    clock.now += 2
        self.assertAlmostEqual(external_seconds_so_far() - before, 3)

    def test_failed_mails_are_an_alert_with_the_reason(self):
        self.env["mail.mail"].search([]).unlink()
        mails = self.mails(state="exception", failure_type="mail_smtp")
        (alert,) = self.env["reliability.health.provider"]._mail_alerts()
        self.assertRegex(alert.text, "^2 mails could not be sent: ")
        self.assertEqual(self.env["mail.mail"].search(alert.action["domain"]), mails)

    def test_an_unexplained_reason_is_shown_without_secrets_and_people(self):
        self.env["mail.mail"].search([]).unlink()
        reason = "550 <ana@example.org> is unknown; AUTH password=x1y2"
        self.mails(state="exception", failure_type="unknown", failure_reason=reason)
        (alert,) = self.env["reliability.health.provider"]._mail_alerts()
        self.assertIn("550", alert.text)
        self.assertNotRegex(alert.text, "ana|x1y2")

    def test_uninstalling_drops_the_gauges_and_the_index(self):
        self.env.flush_all()
        uninstall_hook(self.env)
        self.assertFalse(gauge_names(self.env.cr) & set(GAUGES))
        self.env.cr.execute(
            "SELECT to_regclass('mail_mail__reliability_open') IS NOT NULL"
        )
        self.assertEqual(self.env.cr.fetchone(), (False,))


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
        self.assertEqual(cause, {"layer": "mail", "reason": "mail_smtp"})
        reason = self.env["reliability.health.provider"]._reason("mail_smtp")
        self.assertEqual(
            diagnosis._describe(cause), f"most mails have the error: {reason}"
        )

    def test_it_has_a_name(self):
        names = self.env["reliability.display.names"]
        self.assertEqual(names._display_name_of("mail"), "Outgoing mail")
