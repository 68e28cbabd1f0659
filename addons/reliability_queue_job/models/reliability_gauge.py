"""Gauges of the job queue, shown on /metrics; 0 where no job waits."""

from odoo import api, models

from .reliability_job_attempt import LOST

_CHANNEL = (
    "SELECT name AS channel, {value} AS value FROM reliability_job_channel_status"
)
_STATES = ("wait_dependencies", "pending", "enqueued", "started", "failed")

_GAUGES = {
    "queue_job_jobs": (
        "Jobs that are not over, or have failed.",
        "SELECT name AS channel, state, value FROM reliability_job_channel_status"
        " CROSS JOIN LATERAL (VALUES {}) AS by_state(state, value)".format(
            ", ".join(f"('{state}', {state})" for state in _STATES)
        ),
    ),
    "queue_job_eligible": (
        "Jobs that could run now and wait for a worker.",
        _CHANNEL.format(value="eligible"),
    ),
    "queue_job_oldest_eligible_age_seconds": (
        "For how long the oldest of them has been eligible.",
        _CHANNEL.format(value="oldest_age"),
    ),
    "queue_job_time_to_clear_seconds": (
        "How long it takes to run them at the rate of the last five minutes.",
        _CHANNEL.format(value="seconds_to_clear"),
    ),
    "queue_job_channel_blocked": (
        "1 where a channel runs no job: one of a sequence has failed, or it is paused.",
        """
        SELECT configured.name AS channel, reason, (EXISTS (
                   SELECT FROM reliability_job_blocked_channel AS block
                    WHERE block.name = configured.name
                      AND block.is_paused = (reason = 'paused')))::int AS value
          FROM reliability_job_channel AS configured
         CROSS JOIN (VALUES ('failed'), ('paused')) AS reasons(reason)
        """,
    ),
    "queue_job_runner_alive": (
        "1 while a runner hands out the jobs of the database.",
        "SELECT reliability_job_runner_alive()::int AS value",
    ),
    "queue_job_attempts_lost_total": (
        "Attempts of jobs that could not be recorded.",
        f"SELECT last_value * is_called::int AS value FROM {LOST}",
    ),
    "_queue_job_channel_capacity": (
        "Jobs of the channel that may run at a time.",
        "SELECT name AS channel, CASE capacity WHEN 0 THEN 'Infinity'::float8"
        " ELSE capacity END AS value FROM reliability_job_channel",
    ),
    "_queue_job_channel_pending": (
        "Jobs of the channel that are pending.",
        _CHANNEL.format(value="pending"),
    ),
    "_queue_job_channel_running": (
        "Jobs that run in the channel, those of the channels below it included.",
        _CHANNEL.format(value="running"),
    ),
    "_queue_job_channel_failed": (
        "Jobs of the channel that have failed.",
        _CHANNEL.format(value="failed"),
    ),
    "_queue_job_channel_waiting_dependencies": (
        "Jobs of the channel that wait for others to be done.",
        _CHANNEL.format(value="wait_dependencies"),
    ),
    "_queue_job_dead_jobs_requeued_total": (
        "Jobs that the runner found dead and put back.",
        """
        SELECT name AS channel, coalesce(requeued.count, 0) AS value
          FROM reliability_job_channel_status AS now
          LEFT JOIN reliability_job_requeued AS requeued ON requeued.channel = now.name
        """,
    ),
}


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    @api.model
    def _register_job_gauges(self):
        """Register the gauges once the views that they read exist."""
        for name, (help_text, query) in _GAUGES.items():
            self._register_gauge(name, help_text, query)

    @api.model
    def _unregister_job_gauges(self):
        self._unregister_gauges(*_GAUGES)
