"""Signals of runs of background work, and the scheduled action that performs them."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import isolated, masked, masked_logger, unmeasured

from ..background.job import clean_old_jobs
from ..background.signal import SIGNALS, SignalError

_logger = masked_logger(__name__)
_DAYS = 1
"""After so many days, what a run that was killed has left is deleted."""


class ReliabilitySyntheticSignal(models.Model):
    """A signal lives until its run has ended."""

    _name = "reliability.synthetic.signal"
    _description = "Synthetic Signal"
    _order = "id"
    _log_access = False

    run_id = fields.Many2one(
        "reliability.synthetic.run",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    step = fields.Char(required=True, readonly=True)
    sent_at = fields.Datetime(required=True, readonly=True, index=True)
    performed_at = fields.Datetime(
        readonly=True, help="When the scheduled action began to perform it."
    )
    arrived_at = fields.Datetime(readonly=True, help="When it arrived, or failed.")
    error = fields.Char(readonly=True)
    job_id = fields.Integer(
        readonly=True, help="The queued job, where OCA's queue is installed."
    )

    _once = models.UniqueIndex("(run_id, step)")

    @api.model
    def _now(self):
        """Return the present moment by the clock of the database, as all hosts see it.

        :return: in UTC, with microseconds
        """
        self.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        return self.env.cr.fetchone()[0]

    @api.model
    def _send(self, run, step):
        """Send the signal of a step of a run; what fails is stored as its error."""
        signal = self.sudo().create(
            {"run_id": run.id, "step": step, "sent_at": self._now()}
        )
        signal._attempt(SIGNALS[step].send)

    @api.model
    def _scheduled_action(self):
        """Return the scheduled action that performs signals; empty if it is gone."""
        action = self.env.ref("reliability_synthetic.cron_arrive", False)
        return action.sudo() if action else self.env["ir.cron"].sudo()

    def _trigger(self):
        """Ask Odoo to run the scheduled action as soon as it can."""
        if action := self._scheduled_action():
            action._trigger()

    @api.model
    def _cron_arrive(self):
        """Perform the signals that wait for the scheduled action."""
        waiting = self.search([("performed_at", "=", False), ("step", "!=", "job")])
        waiting = waiting.filtered(lambda signal: not signal.arrived_at)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(waiting))
        for signal in waiting:
            signal.performed_at = self._now()
            commit()
            signal._arrive()
            commit(1)

    def _arrive(self):
        """Do what a signal is to do in the background, and store that it arrived.

        One that was deleted meanwhile is past its limit.
        """
        for signal in self.sudo().exists():
            if signal._attempt(SIGNALS[signal.step].perform):
                signal.arrived_at = self._now()

    def _attempt(self, function):
        """Call a function with this signal; undo and store what fails.

        :return: whether it succeeded
        """
        try:
            with unmeasured(), self.env.cr.savepoint():
                function(self)
        except Exception as error:
            name = "" if isinstance(error, SignalError) else f"{type(error).__name__}: "
            self.write({"arrived_at": self._now(), "error": masked(f"{name}{error}")})
            return False
        return True

    def _explain(self):
        """Return what is known of why this has not arrived; empty if that fails."""
        with isolated(self.env.cr, _logger, "A signal that is missing is unexplained"):
            return SIGNALS[self.step].explain(self)
        return {}

    def _clean(self):
        """Delete signals and what they have sent; what fails is deleted later."""
        for signal in self:
            try:
                with self.env.cr.savepoint():
                    if kind := SIGNALS.get(signal.step):  # else it was uninstalled
                        kind.clean(signal)
                    signal.sudo().unlink()
            except Exception as error:  # also conflicts: a job may arrive right now
                _logger.warning("A signal is deleted later: %s", error)

    @api.autovacuum
    def _gc_signals(self):
        """Delete what runs that were killed have left."""
        before = fields.Datetime.now() - timedelta(days=_DAYS)
        self.search([("sent_at", "<", before)])._clean()
        clean_old_jobs(self.env, before)
