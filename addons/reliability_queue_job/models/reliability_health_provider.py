"""How background work stands: what waits, and why, and what somebody should do."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import Alert, Backlog, formatting

from .messages import job_message

_JOBS = "jobs"
_WAITING = "waiting"
_SERVICE = "background_work"
_AT_ONCE, _SOON = timedelta(minutes=1), timedelta(minutes=5)
"""What waits for less than the first is no trouble; for more than the second, late."""


class Group(NamedTuple):
    """Jobs that have something in common.

    :ivar what: ``waiting`` where they could run and wait, else their trouble
    :ivar channel: of those that wait: in which none begins; empty where nothing keeps
        them from it
    :ivar is_paused: that channel is paused; else a job of a sequence has failed in it
    :ivar count: how many jobs
    :ivar oldest: since when the first of them could run, or began
    """

    what: str
    channel: str
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
            late=fields.Datetime.now() - _SOON,
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
        text = self._say("waiting_late" if late else "waiting", count, oldest)
        return text, self._open_jobs(self.env._("Waiting Jobs"), self._eligible(scope))

    @api.model
    def _alerts(self, scope):
        return [*super()._alerts(scope), *self._job_alerts(scope)]

    @api.model
    def _job_alerts(self, scope):
        """Yield what is wrong with the queue as a whole, else with its channels; and
        the jobs that somebody should look at."""
        groups, now = self._groups(scope), fields.Datetime.now()
        waits = [of for of in groups if of.what == _WAITING]
        late = [of for of in waits if now - of.oldest > _AT_ONCE]
        if late and not self._runner_alive():
            yield self._all_job_alerts("runner", late, scope)
        else:
            yield from self._channel_alerts(waits, scope)
            free = [of for of in late if not of.channel and now - of.oldest > _SOON]
            if free and not self._anything_runs():
                yield self._all_job_alerts("stalled", free, scope)
        for of in groups:
            if of.what != _WAITING:
                yield self._troubled_job_alerts(of, scope)

    @api.model
    def _all_job_alerts(self, key, waits, scope):
        count = sum(of.count for of in waits)
        oldest = min(of.oldest for of in waits)
        return self._item(key, "interrupted", count, oldest, self._eligible(scope))

    @api.model
    def _channel_alerts(self, waits, scope):
        """Yield the channels in which no job begins."""
        for of in waits:
            if of.channel:
                key = "paused" if of.is_paused else "blocked"
                jobs = [*self._below(of), *self._eligible(scope)]
                if not of.is_paused:
                    jobs = [
                        ("channel", "=", of.channel),
                        ("reliability_problem", "=", "blocking"),
                        *self._companies_of(scope),
                    ]
                numbers = of.count, of.oldest
                yield self._item(key, "degraded", *numbers, jobs, of.channel)

    @api.model
    def _below(self, of):
        """Return which jobs are in a channel or below it."""
        below = ("channel", "=like", f"{of.channel}.%")
        return ["|", ("channel", "=", of.channel), below]

    @api.model
    def _troubled_job_alerts(self, of, scope):
        """Return jobs that somebody should look at, by what is to be done."""
        jobs = [("reliability_problem", "=", of.what), *self._companies_of(scope)]
        return self._item(of.what, "degraded", of.count, of.oldest, jobs)

    @api.model
    def _item(self, key, state, count, oldest, jobs, channel=""):
        """Return an item of so many jobs, which opens those that it is about."""
        button = job_message(self.env, key).button
        return Alert(
            f"jobs_{key}_{channel}" if channel else f"jobs_{key}",
            state,
            self._say(key, count, oldest, channel),
            button,
            self._open_jobs(button, jobs),
            self.env["queue.job"].has_access("write"),
        )

    @api.model
    def _say(self, key, count, oldest=None, channel=""):
        """Return the sentence for so many jobs."""
        texts = job_message(self.env, key)
        return (texts.one if count == 1 else texts.many) % {
            "count": count,
            "age": formatting.since(self.env, oldest) if oldest else "",
            "channel": channel.removeprefix("root."),
        }

    # Reading the queue

    @api.model
    def _groups(self, scope):
        """Return what waits in a scope, and what is in trouble, in one query.

        :rtype: list[Group]
        """
        query = SQL(
            """
            SELECT %(waiting)s, coalesce(block.name, ''),
                   coalesce(block.is_paused, false), sum(jobs)::bigint, min(since)
              FROM (
                  SELECT channel, count(*) AS jobs, min(since) AS since
                    FROM reliability_job_eligible WHERE %(ours)s GROUP BY 1
              ) AS eligible
              LEFT JOIN LATERAL (
                  SELECT * FROM reliability_job_blocked_channel AS block
                   WHERE starts_with(eligible.channel || '.', block.name || '.')
                   ORDER BY length(block.name) LIMIT 1
              ) AS block ON true GROUP BY 1, 2, 3
             UNION ALL
            SELECT trouble, '', false, count(*), min(since)
              FROM reliability_job_problem
             WHERE trouble <> 'blocking' AND %(ours)s GROUP BY 1 ORDER BY 1, 2
            """,
            waiting=_WAITING,
            ours=self._in_companies(scope),
        )
        return [Group(*row) for row in self.env.execute_query(query)]

    @api.model
    def _runner_alive(self):
        query = SQL("SELECT reliability_job_runner_alive()")
        return self.env.execute_query(query)[0][0]

    @api.model
    def _anything_runs(self):
        """Say whether a worker has a job, or has had one lately."""
        query = SQL(
            "SELECT EXISTS (SELECT FROM queue_job WHERE state = 'started')"
            " OR EXISTS (SELECT FROM reliability_job_attempt"
            " WHERE ended > %s AND started IS NOT NULL)",
            fields.Datetime.now() - _SOON,
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _companies(self, scope):
        """Return the companies looked at; what is of none is for administrators."""
        is_admin = self.env.user.has_group("reliability.group_admin")
        return [*scope.companies, *([False] if is_admin else [])]

    @api.model
    def _companies_of(self, scope):
        return [("company_id", "in", self._companies(scope))]

    @api.model
    def _in_companies(self, scope):
        ids = [company or 0 for company in self._companies(scope)]
        return SQL("coalesce(company_id, 0) IN %s", tuple(ids))

    @api.model
    def _eligible(self, scope):
        """Return which jobs could run now."""
        now = fields.Datetime.now()
        return [
            ("state", "=", "pending"),
            *("|", ("eta", "=", False), ("eta", "<=", now)),
            *self._companies_of(scope),
        ]

    @api.model
    def _open_jobs(self, name, domain):
        """Return an action that opens jobs; ``False`` for who may not see them."""
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
