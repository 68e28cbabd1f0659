"""Backlog and alerts of background work: waiting jobs, the reason, what to do."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.reliability.api import Alert, Backlog, formatting

from .messages import job_message

_JOBS = "jobs"
_WAITING = "waiting"
_SERVICE = "background_work"
_TOLERATED, _LATE = timedelta(minutes=1), timedelta(minutes=5)
"""A wait shorter than the first is normal; a job that waits for the second is late."""


class JobGroup(NamedTuple):
    """Jobs that wait for the same reason, or have the same problem.

    :ivar kind: ``waiting`` for eligible jobs, else a problem of ``PROBLEMS``
    :ivar blocked_channel: the channel that keeps eligible jobs from starting; empty if
        none does
    :ivar is_paused: whether that channel is paused; else one of its jobs has failed
    :ivar count: the number of jobs
    :ivar oldest: since when the first of them has been eligible, or running
    """

    kind: str
    blocked_channel: str
    is_paused: bool
    count: int
    oldest: datetime


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
    def _backlog_name(self, kind):
        return self.env._("jobs") if kind == _JOBS else super()._backlog_name(kind)

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _JOBS:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        key = "waiting_late" if late else "waiting"
        text = self._job_sentence(key, count, oldest)
        name = self.env._("Waiting Jobs")
        return text, self._open_jobs(name, self._eligible_job_domain(scope))

    @api.model
    def _alerts(self, scope):
        return [*super()._alerts(scope), *self._job_alerts(scope)]

    @api.model
    def _job_alerts(self, scope):
        """Yield the alerts about waiting jobs and about jobs with a problem.

        Waiting jobs have one root cause: the queue as a whole, or else their channels.
        """
        groups, now = self._job_groups(scope), self.env.cr.now()
        waiting = [group for group in groups if group.kind == _WAITING]
        overdue = [group for group in waiting if now - group.oldest > _TOLERATED]
        if overdue and not self._job_runner_alive():
            yield self._all_jobs_alert("runner", overdue, scope)
        else:
            yield from self._job_channel_alerts(waiting, scope)
            stalled = [
                group
                for group in overdue
                if not group.blocked_channel and now - group.oldest > _LATE
            ]
            if stalled and not self._any_job_runs():
                yield self._all_jobs_alert("stalled", stalled, scope)
        for group in groups:
            if group.kind != _WAITING:
                yield self._job_problem_alert(group, scope)

    @api.model
    def _all_jobs_alert(self, key, groups, scope):
        count = sum(group.count for group in groups)
        oldest = min(group.oldest for group in groups)
        return self._job_alert(
            key, "interrupted", count, oldest, self._eligible_job_domain(scope)
        )

    @api.model
    def _job_channel_alerts(self, waiting, scope):
        """Yield an alert for each channel in which no job starts."""
        for group in waiting:
            channel = group.blocked_channel
            if not channel:
                continue
            if group.is_paused:
                key = "paused"
                domain = [
                    "|",
                    ("channel", "=", channel),
                    ("channel", "=like", f"{channel}.%"),
                    *self._eligible_job_domain(scope),
                ]
            else:
                key = "blocked"
                domain = [
                    ("channel", "=", channel),
                    ("reliability_problem", "=", "blocking"),
                    *self._job_company_domain(scope),
                ]
            yield self._job_alert(
                key, "degraded", group.count, group.oldest, domain, channel
            )

    @api.model
    def _job_problem_alert(self, group, scope):
        """Return the alert for jobs with the same problem."""
        domain = [
            ("reliability_problem", "=", group.kind),
            *self._job_company_domain(scope),
        ]
        return self._job_alert(
            group.kind, "degraded", group.count, group.oldest, domain
        )

    @api.model
    def _job_alert(self, key, state, count, oldest, domain, channel=""):
        """Return an alert whose button opens the jobs of a domain."""
        button = job_message(self.env, key).button
        return Alert(
            f"jobs_{key}_{channel}" if channel else f"jobs_{key}",
            state,
            self._job_sentence(key, count, oldest, channel),
            button,
            self._open_jobs(button, domain),
            self.env["queue.job"].has_access("write"),
        )

    @api.model
    def _job_sentence(self, key, count, oldest=None, channel=""):
        """Return the sentence of a message for a number of jobs."""
        message = job_message(self.env, key)
        return (message.one if count == 1 else message.many) % {
            "count": count,
            "age": formatting.since(self.env, oldest) if oldest else "",
            "channel": channel.removeprefix("root."),
        }

    # Queries on the queue

    @api.model
    def _job_groups(self, scope):
        """Return the eligible jobs and the jobs with a problem, by one query.

        :rtype: list[JobGroup]
        """
        query = SQL(
            """
            SELECT %(waiting)s, coalesce(blocked.name, ''),
                   coalesce(blocked.is_paused, false), sum(jobs)::bigint, min(since)
              FROM (
                  SELECT channel, count(*) AS jobs, min(since) AS since
                    FROM reliability_job_eligible WHERE %(in_companies)s GROUP BY 1
              ) AS eligible
              LEFT JOIN LATERAL (
                  SELECT * FROM reliability_job_blocked_channel AS parent
                   WHERE starts_with(eligible.channel || '.', parent.name || '.')
                   ORDER BY length(parent.name) LIMIT 1
              ) AS blocked ON true GROUP BY 1, 2, 3
             UNION ALL
            SELECT problem, '', false, count(*), min(since)
              FROM reliability_job_problem
             WHERE problem <> 'blocking' AND %(in_companies)s GROUP BY 1 ORDER BY 1, 2
            """,
            waiting=_WAITING,
            in_companies=self._job_company_condition(scope),
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
    def _visible_job_companies(self, scope):
        """Return the companies of a scope; administrators see jobs of no company."""
        is_admin = self.env.user.has_group("reliability.group_admin")
        return [*scope.companies, *([False] if is_admin else [])]

    @api.model
    def _job_company_domain(self, scope):
        return [("company_id", "in", self._visible_job_companies(scope))]

    @api.model
    def _job_company_condition(self, scope):
        """Return SQL for the column ``company_id``: a company that the user may see."""
        ids = [company or 0 for company in self._visible_job_companies(scope)]
        return SQL("coalesce(company_id, 0) IN %s", tuple(ids))

    @api.model
    def _eligible_job_domain(self, scope):
        """Return the domain of the jobs that could run now."""
        now = self.env.cr.now()
        return [
            ("state", "in", ("pending", "enqueued")),
            *("|", ("eta", "=", False), ("eta", "<=", now)),
            *self._job_company_domain(scope),
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
