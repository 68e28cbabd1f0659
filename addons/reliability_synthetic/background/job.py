"""The signal that is a job of OCA's queue, where that is installed."""

from odoo.addons.reliability.api import masked

from .signal import Signal, register_signal

IDENTITY = "unmeasured:synthetic:"
"""Beginning of the identity keys of our jobs.  ``reliability_queue_job`` counts no job
whose key begins with ``unmeasured:``."""


@register_signal("job")
class JobSignal(Signal):
    def is_available(self, journey):
        return "queue.job" in journey.env

    def send(self, signal):
        job = signal.with_delay(
            description=signal.env._("Synthetic check of the job queue"),
            identity_key=f"{IDENTITY}{signal.id}",
        )._arrive()
        signal.job_id = job.db_record().id

    def explain(self, signal):
        job = _job_of(signal)
        if not job:
            return {"reason": "deleted"}
        if hasattr(job, "_reliability_wait"):  # unless our addon is uninstalled
            return job._reliability_wait()
        return {"reason": job.state, "error": masked(job.exc_message or "")}

    def clean(self, signal):
        """Delete the job, unless a worker runs it: that would create it again."""
        _job_of(signal).filtered(lambda job: job.state != "started").unlink()


def clean_old_jobs(env, before) -> None:
    """Delete jobs that were created before a moment and whose signals are gone."""
    if "queue.job" in env:
        env["queue.job"].search(
            [("identity_key", "=like", f"{IDENTITY}%"), ("date_created", "<", before)]
        ).unlink()


def _job_of(signal):
    return signal.env["queue.job"].browse(signal.job_id or []).exists()
