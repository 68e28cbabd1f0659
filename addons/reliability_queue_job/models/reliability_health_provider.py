"""Backlog and alerts of background work: waiting jobs, the reason, what to do."""

from collections import defaultdict
from datetime import datetime, timedelta
from textwrap import shorten
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    Alert,
    AlertText,
    Backlog,
    formatting,
    masked,
)

from ..unmeasured_jobs import UNMEASURED
from .messages import job_message

PROVIDER = "queue_job"
_JOBS = "jobs"
_WAITING = "waiting"
_SERVICE = "background_work"
_WAITING_CAUSES = ("runner", "stalled", "blocked", "paused")
_MAX_TEXT = 80
_TOLERATED, _LATE = timedelta(minutes=1), timedelta(minutes=5)
"""A wait shorter than the first is normal; a job that waits for the second is late."""


class JobGroup(NamedTuple):
    """Jobs that wait for the same reason, or have the same problem.

    :ivar company_id: ``None`` for jobs of no company
    :ivar kind: ``waiting`` for eligible jobs, else a problem of ``PROBLEMS``
    :ivar blocked_channel: the channel that keeps eligible jobs from starting; empty if
        none does
    :ivar is_paused: whether that channel is paused; else one of its jobs has failed
    :ivar count: the number of jobs
    :ivar oldest: since when the first of them has been eligible, or running
    :ivar channels: of eligible jobs; ``None`` for jobs in none
    :ivar last: since when the last of them has been eligible, or running
    :ivar job_id: the last of them; of jobs that wait for a failed one, that one, if it
        is of the same company
    :ivar methods: of jobs with a problem, with their models
    """

    company_id: int | None
    kind: str
    blocked_channel: str
    is_paused: bool
    count: int
    oldest: datetime
    channels: list[str | None]
    last: datetime
    job_id: int | None
    methods: list[str]


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _backlogs(self):
        query = SQL(
            "SELECT company_id, count(*), count(*) FILTER (WHERE since < %(late)s),"
            " min(since) FROM reliability_job_eligible GROUP BY 1",
            late=self.env.cr.now() - _LATE,
        )
        return super()._backlogs() + [
            Backlog(_JOBS, _SERVICE, company, "", count, late, oldest if late else None)
            for company, count, late, oldest in self.env.execute_query(query)
        ]

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _JOBS:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        key = "waiting_late" if late else "waiting"
        age = formatting.since(self.env, oldest) if late else ""
        text = self._job_sentence(key, count, age=age)
        name = self.env._("Waiting Jobs")
        return text, self._open_jobs(name, self._eligible_jobs() + self._jobs_in(scope))

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._job_alerts()]

    @api.model
    def _job_alerts(self):
        """Yield the alerts about waiting jobs and about jobs with a problem.

        Waiting jobs have one root cause: the queue as a whole, or else their channels.
        """
        groups, now = self._job_groups(), self.env.cr.now()
        waiting = [group for group in groups if group.kind == _WAITING]
        overdue = [group for group in waiting if now - group.oldest > _TOLERATED]
        if overdue and not self._job_runner_alive():
            yield from self._queue_alerts("runner", overdue)
        else:
            yield from self._job_channel_alerts(waiting)
            stalled = [
                group
                for group in overdue
                if not group.blocked_channel and now - group.oldest > _LATE
            ]
            if stalled and not self._any_job_runs():
                yield from self._queue_alerts("stalled", stalled)
        for group in groups:
            if group.kind != _WAITING:
                yield self._job_alert(group.kind, "degraded", group)

    @api.model
    def _queue_alerts(self, cause, groups):
        """Yield an alert for the waiting jobs of each company."""
        by_company = defaultdict(list)
        for group in groups:
            by_company[group.company_id].append(group)
        for of_company in by_company.values():
            group = of_company[0]._replace(
                count=sum(group.count for group in of_company),
                oldest=min(group.oldest for group in of_company),
                last=max(group.last for group in of_company),
                channels=[name for group in of_company for name in group.channels],
            )
            yield self._job_alert(cause, "interrupted", group)

    @api.model
    def _job_channel_alerts(self, waiting):
        """Yield an alert for each channel in which no job starts."""
        for group in waiting:
            if group.blocked_channel:
                cause = "paused" if group.is_paused else "blocked"
                yield self._job_alert(cause, "degraded", group, group.blocked_channel)

    @api.model
    def _job_alert(self, cause, severity, group, channel=""):
        return Alert(
            PROVIDER,
            cause,
            _SERVICE,
            severity,
            group.count,
            group.oldest,
            group.last,
            company_id=group.company_id,
            subject=channel,
            values={
                "channels": group.channels,
                "explains": group.methods,
                **self._values_of_job(group.job_id),
            },
        )

    @api.model
    def _values_of_job(self, job_id):
        """Return what the sentence of an alert says of its last job.

        The error was masked when it was recorded; people write the name of a job.
        """
        if not job_id:
            return {}
        job = self.env["queue.job"].sudo().browse(job_id)
        details = job.reliability_attempt_details or {}
        error = details.get("message") or details.get("error") or job.exc_name or ""
        return {
            "job": shorten(masked(job.name or ""), _MAX_TEXT),
            "error": shorten(error, _MAX_TEXT),
        }

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        button = job_message(self.env, alert.cause).button
        return AlertText(
            self._job_alert_sentence(alert),
            button,
            self._open_jobs(button, self._jobs_of(alert)),
        )

    @api.model
    def _job_alert_sentence(self, alert):
        """Return the sentence of an alert: jobs wait since the first, and failed when
        the last did.
        """
        values, key = alert.values or {}, alert.cause
        if key == "blocked" and "job" not in values:
            key = "blocked_by_other_company"
        when = alert.since if alert.cause in _WAITING_CAUSES else alert.last
        return self._job_sentence(
            key,
            alert.count,
            time=formatting.moment(self.env, when) if when else "",
            channel=alert.subject.removeprefix("root."),
            job=values.get("job") or self.env._("A job"),
            error=values.get("error") or self.env._("no error message"),
        )

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        return self.env["queue.job"].has_access("write")

    @api.model
    def _jobs_of(self, alert):
        """Return the domain of exactly the jobs of an alert: those that wait, or those
        with its problem.

        Of a sequence, it is the failed job, of whichever company, that others wait for.
        """
        company = ("company_id", "=", alert.company_id or False)
        match alert.cause:
            case "runner" | "stalled" | "paused":
                channels = [name or False for name in alert.values["channels"]]
                return [*self._eligible_jobs(), company, ("channel", "in", channels)]
            case "blocked":
                return [
                    ("channel", "=", alert.subject),
                    ("reliability_problem", "=", "blocking"),
                ]
        return [("reliability_problem", "=", alert.cause), company]

    @api.model
    def _job_sentence(self, key, count, **values):
        """Return the sentence of a message for a number of jobs."""
        message = job_message(self.env, key)
        return (message.one if count == 1 else message.many) % {
            "count": count,
            **values,
        }

    # Queries on the queue

    @api.model
    def _job_groups(self):
        """Return the eligible jobs and the jobs with a problem, by one query.

        :rtype: list[JobGroup]
        """
        query = SQL(
            """
            SELECT company_id, %(waiting)s, coalesce(blocked.name, ''),
                   coalesce(blocked.is_paused, false), sum(jobs)::bigint, min(since),
                   array_agg(channel ORDER BY channel)::text[], max(last),
                   max(blocked.job_id), '{}'::text[]
              FROM (
                  SELECT company_id, channel, count(*) AS jobs, min(since) AS since,
                         max(since) AS last
                    FROM reliability_job_eligible GROUP BY 1, 2
              ) AS eligible
              LEFT JOIN LATERAL (
                  SELECT name, is_paused, (
                             SELECT max(id) FROM queue_job AS job
                              WHERE state = 'failed' AND channel = parent.name
                                AND job.company_id
                                    IS NOT DISTINCT FROM eligible.company_id
                         ) AS job_id
                    FROM reliability_job_blocked_channel AS parent
                   WHERE starts_with(eligible.channel || '.', parent.name || '.')
                   ORDER BY length(parent.name) LIMIT 1
              ) AS blocked ON true GROUP BY 1, 2, 3, 4
             UNION ALL
            SELECT found.company_id, problem, '', false, count(*), min(since), '{}',
                   max(since), (array_agg(id ORDER BY since DESC NULLS LAST))[1],
                   array_agg(DISTINCT job.model_name || '.' || job.method_name)
              FROM reliability_job_problem AS found JOIN queue_job AS job USING (id)
             WHERE problem <> 'blocking' GROUP BY 1, 2 ORDER BY 2, 3, 1
            """,
            waiting=_WAITING,
        )
        return [JobGroup(*row) for row in self.env.execute_query(query)]

    @api.model
    def _job_runner_alive(self):
        query = SQL("SELECT reliability_job_runner_alive()")
        return self.env.execute_query(query)[0][0]

    @api.model
    def _any_job_runs(self):
        """Return whether a worker runs a job, or has run one in the last minutes."""
        query = SQL(
            "SELECT EXISTS (SELECT FROM queue_job WHERE state = 'started')"
            " OR EXISTS (SELECT FROM reliability_job_attempt"
            " WHERE ended > %s AND started IS NOT NULL)",
            self.env.cr.now() - _LATE,
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _jobs_in(self, scope):
        """Return the domain of a scope's jobs; administrators see those of none."""
        is_admin = self.env.user.has_group("reliability.group_admin")
        return [
            ("company_id", "in", [*scope.companies, *([False] if is_admin else [])])
        ]

    @api.model
    def _eligible_jobs(self):
        """Return the domain of the jobs that could run now."""
        now = self.env.cr.now()
        return [
            ("state", "in", ("pending", "enqueued")),
            *("|", ("eta", "=", False), ("eta", "<=", now)),
            ("identity_key", "not =like", f"{UNMEASURED}%"),
        ]

    @api.model
    def _open_jobs(self, name, domain):
        """Return an action that opens jobs; ``False`` if the user may not read them."""
        if not self.env["queue.job"].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "queue.job",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {},
        }
