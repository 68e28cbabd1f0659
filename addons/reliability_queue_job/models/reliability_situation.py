"""How background work stands: what waits, and why, and what somebody should do."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.models import wording
from odoo.addons.reliability.models.reliability_situation import Attention, Waiting

from .words import texts_of

_JOBS = "jobs"
_SERVICE = "background_work"
_AT_ONCE, _SOON = timedelta(minutes=1), timedelta(minutes=5)
"""What waits for less is not late; what waits for more, though nothing runs, never
begins."""


class Wait(NamedTuple):
    """Jobs that could run and wait.

    :ivar channel: in which none begins; empty where nothing keeps them from it
    :ivar is_paused: it is paused; else a job of a sequence has failed in it
    :ivar count: how many jobs
    :ivar oldest: since when the first of them could run
    """

    channel: str
    is_paused: bool
    count: int
    oldest: datetime


class ReliabilitySituation(models.AbstractModel):
    _inherit = "reliability.situation"

    @api.model
    def _waiting(self):
        query = SQL(
            "SELECT company_id, count(*), count(*) FILTER (WHERE since < %(late)s),"
            " min(since) FROM reliability_job_eligible GROUP BY 1",
            late=fields.Datetime.now() - _SOON,
        )
        return super()._waiting() + [
            Waiting(_JOBS, _SERVICE, company, "", count, late, oldest if late else None)
            for company, count, late, oldest in self.env.execute_query(query)
        ]

    @api.model
    def _name_waiting(self, kind):
        return self.env._("jobs") if kind == _JOBS else super()._name_waiting(kind)

    @api.model
    def _describe_waiting(self, kind, scope, count, late, oldest):
        if kind != _JOBS:
            return super()._describe_waiting(kind, scope, count, late, oldest)
        text = self._say("waiting_late" if late else "waiting", count, oldest)
        return text, self._open_jobs(self.env._("Waiting Jobs"), self._eligible(scope))

    @api.model
    def _attention(self, scope):
        return [*super()._attention(scope), *self._attention_to_jobs(scope)]

    @api.model
    def _attention_to_jobs(self, scope):
        """Yield what is wrong with the queue as a whole, else with its channels; and
        the jobs that somebody should look at."""
        waits, now = self._waits(scope), fields.Datetime.now()
        late = [of for of in waits if now - of.oldest > _AT_ONCE]
        if late and not self._runner_lives():
            yield self._attention_to_all("runner", late, scope)
        else:
            yield from self._attention_to_channels(waits, scope)
            free = [of for of in late if not of.channel and now - of.oldest > _SOON]
            if free and not self._anything_runs():
                yield self._attention_to_all("stalled", free, scope)
        yield from self._attention_to_troubled(scope)

    @api.model
    def _attention_to_all(self, key, waits, scope):
        count = sum(of.count for of in waits)
        oldest = min(of.oldest for of in waits)
        return self._item(key, "interrupted", count, oldest, self._eligible(scope))

    @api.model
    def _attention_to_channels(self, waits, scope):
        """Yield the channels in which no job begins."""
        for of in waits:
            if of.is_paused:
                jobs = [("channel", "=like", f"{of.channel}%"), *self._eligible(scope)]
                yield self._item("paused", "degraded", *of[2:], jobs, of.channel)
            elif of.channel:
                jobs = [
                    ("channel", "=", of.channel),
                    ("reliability_trouble", "=", "blocking"),
                    *self._companies_of(scope),
                ]
                yield self._item("blocked", "degraded", *of[2:], jobs, of.channel)

    @api.model
    def _attention_to_troubled(self, scope):
        """Yield jobs that somebody should look at, by what is to be done."""
        query = SQL(
            "SELECT trouble, count(*), min(since) FROM reliability_job_trouble"
            " WHERE trouble <> 'blocking' AND %s GROUP BY 1 ORDER BY 1",
            self._in_companies(scope),
        )
        for trouble, count, oldest in self.env.execute_query(query):
            jobs = [("reliability_trouble", "=", trouble), *self._companies_of(scope)]
            yield self._item(trouble, "degraded", count, oldest, jobs)

    @api.model
    def _item(self, key, state, count, oldest, jobs, channel=""):
        """Return an item of so many jobs, which opens those that it is about."""
        button = texts_of(self.env, key).button
        return Attention(
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
        texts = texts_of(self.env, key)
        return (texts.one if count == 1 else texts.many) % {
            "count": count,
            "age": wording.since(self.env, oldest) if oldest else "",
            "channel": channel.removeprefix("root."),
        }

    # Reading the queue

    @api.model
    def _waits(self, scope):
        """Return what waits in a scope, by what keeps it from running.

        :rtype: list[Wait]
        """
        query = SQL(
            """
            SELECT coalesce(block.name, ''), coalesce(block.is_paused, false),
                   count(*), min(since)
              FROM reliability_job_eligible AS eligible
              LEFT JOIN LATERAL (
                  SELECT * FROM reliability_job_block AS block
                   WHERE starts_with(eligible.channel || '.', block.name || '.')
                   ORDER BY length(block.name) LIMIT 1
              ) AS block ON true
             WHERE %s GROUP BY 1, 2 ORDER BY 1
            """,
            self._in_companies(scope),
        )
        return [Wait(*row) for row in self.env.execute_query(query)]

    @api.model
    def _runner_lives(self):
        query = SQL("SELECT reliability_job_runner_lives()")
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
