"""Shared by the tests of background work: a journey, its runs, and time that passes."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase

from odoo.addons.base.models.ir_cron import IrCron

from ..background import begin, progress
from ..models.problem_messages import describe_problem

SINK = "sink@example.com"


class BackgroundCase(TransactionCase):
    """A journey with all steps that are shipped, and an address for its e-mails."""

    def setUp(self):
        super().setUp()
        self.env = self.env(context={**self.env.context, "queue_job__no_delay": False})
        self.journey = self.env.ref("reliability_synthetic.journey_background_work")
        self.journey.mail_to = SINK
        self.only("job", "scheduled_action", "mail")
        commit = patch.object(IrCron, "_commit_progress", lambda *_args, **_more: 0)
        self.enterContext(commit)

    def only(self, *steps):
        """Leave these steps of the journey."""
        self.journey.step_ids.filtered(lambda step: step.step not in steps).unlink()

    def begin(self):
        """Return a run that has sent its signals; the one before has ended."""
        self.env["reliability.synthetic.run"]._running_runs(self.journey).write(
            {"state": "passed"}
        )
        self.env.flush_all()
        run = self.env["reliability.synthetic.run"].create(
            {"journey_id": self.journey.id, "started_at": fields.Datetime.now()}
        )
        begin(run)
        return run

    def signals(self, run):
        """Return the signals of a run: step → signal."""
        signals = self.env["reliability.synthetic.signal"].search(
            [("run_id", "=", run.id)]
        )
        return {signal.step: signal for signal in signals}

    def run_scheduled_action(self):
        """Do what the scheduled action does."""
        self.env["reliability.synthetic.signal"]._cron_arrive()

    def wait(self, run, seconds):
        """Let time pass since all that has happened."""
        for signal in self.signals(run).values():
            for name in ("sent_at", "performed_at", "arrived_at"):
                if signal[name]:
                    signal[name] -= timedelta(seconds=seconds)

    def results(self, run):
        """Return the results of a run that has ended: step → result."""
        return {result.step: result for result in progress(run).steps}

    def sentence(self, result):
        """Return the sentence about a failed result."""
        return describe_problem(
            self.env, result.step, result.cause, result.error, result.values
        )
