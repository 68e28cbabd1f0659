"""What the form of an error budget shows: its days, and what used it up."""

# What the form draws has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from odoo.addons.reliability.api import (
    FAILURES,
    LocalDay,
    evaluated_families,
    minutes_complete_since,
)

from .. import window
from ..burn_rate import PPM
from ..objective import EVENTS, GAUGE, LATENCY, SUCCESS
from . import budget_words
from .counting import MATCHED, worth
from .reliability_slo_evaluation import main_seconds

_CALLS = "operation"
"""The family whose calls are stored one by one, as far as they are."""
_COUNTED, _ALL = "counted", "all"
"""Without and with what working hours and maintenance windows exclude."""
_MAX_ROWS = 30
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_GOOD, _TOTAL = worth("slice.good", "slice.total")


class ReliabilitySloBudget(models.Model):
    _inherit = "reliability.slo.budget"

    def read_days(self):
        """Return the days of the budget's window, and what used up the budget.

        :return: ``days``, each with ``good``, ``bad``, ``total``, ``achieved`` and
            ``goal`` in percent, ``left`` and ``even`` in percent of the budget; twice:
            ``counted`` and ``all``, with excluded times.  ``rows``: what used it up,
            the most first; ``message``, ``denied``: why rows are missing
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        days = self._chart_days()
        rows, denied = self._rows_and_why_not()
        return {
            "bad_name": budget_words.names(self.env, self._kind()),
            "row_name": budget_words.names(self.env, self._kind_of_rows()),
            "goal": self.slo_id.goal,
            "unit": budget_words.unit_of(self.slo_id),
            "is_excluding": self.all_total != self.total,
            "days": days,
            "rows": rows[:_MAX_ROWS],
            "more": len(rows) - len(rows[:_MAX_ROWS]),
            "message": self._rows_message(rows) if not denied else "",
            "denied": denied,
        }

    # Days

    def _zone(self):
        """Return the time zone of the days: of a calendar window its own."""
        slo = self.slo_id
        return slo.zone if slo.window in window.CALENDAR else self.env.tz.zone

    def _since(self):
        """Return since when the sums of the budget count, in UTC."""
        query = SQL(
            "SELECT since FROM reliability_slo_window"
            " WHERE budget_id = %s AND seconds = %s",
            self.id,
            main_seconds(self.slo_id.window),
        )
        for (since,) in self.env.execute_query(query):
            return since
        return fields.Datetime.now() - self.slo_id._period()

    def _chart_days(self):
        since, zone = self._since(), self._zone()
        first = LocalDay.containing(max(since, self.first or since), zone).date
        last = LocalDay.containing(fields.Datetime.now(), zone).date
        sums = self._sums_by_day(since, zone)
        days = [first + n * _DAY for n in range((last - first).days + 1)]
        counted = self._curve([sums.get(day, (0,) * 4)[:2] for day in days])
        everything = self._curve([sums.get(day, (0,) * 4)[2:] for day in days])
        return [
            {"day": day.isoformat(), _COUNTED: one, _ALL: other}
            for day, one, other in zip(days, counted, everything, strict=True)
        ]

    def _sums_by_day(self, since, zone):
        """Return good and all events by local day, without and with excluded ones."""
        query = SQL(
            f"""
            SELECT day, coalesce(sum(good) FILTER (WHERE NOT is_excluded), 0)::bigint,
                   coalesce(sum(total) FILTER (WHERE NOT is_excluded), 0)::bigint,
                   sum(good)::bigint, sum(total)::bigint
              FROM (SELECT (slice.start AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                           AS day, slice.is_excluded, {_GOOD} AS good, {_TOTAL} AS total
                      FROM reliability_slo_slice AS slice
                      JOIN reliability_slo AS slo ON slo.id = %(slo)s
                     WHERE slice.budget_id = %(budget)s AND slice.start >= %(since)s
                   ) AS slice
             GROUP BY day
            """,
            zone=zone,
            slo=self.slo_id.id,
            budget=self.id,
            since=since,
        )
        return {day: tuple(sums) for day, *sums in self.env.execute_query(query)}

    def _curve(self, sums):
        """Return the numbers of each day, with what was left of the budget in its end.

        The budget is that of all days together: so the last value is what is left now,
        and the line of even use is the one on which the goal is met exactly.

        :param sums: pairs of good and all events, by day
        """
        budget = sum(total for _good, total in sums) * (PPM - self.slo_id.goal_ppm)
        found, bad_so_far, so_far = [], 0, 0
        for good, total in sums:
            bad_so_far += total - good
            so_far += total
            used = bad_so_far * PPM
            even = so_far * (PPM - self.slo_id.goal_ppm)
            found.append(
                {
                    "good": good,
                    "bad": total - good,
                    "total": total,
                    "achieved": _percent(good, total) if total else None,
                    "left": _percent(budget - used, budget) if budget else None,
                    "even": _percent(budget - even, budget) if budget else None,
                }
            )
        return found

    # What used it up

    def _kind_of_rows(self):
        """Return what rows count: events, also where the budget is of time slices."""
        is_late = self.slo_id.measure == LATENCY
        return budget_words.LATE if is_late else budget_words.FAILURES

    def _rows_and_why_not(self):
        """Return what used up the budget, or why this user may not see it.

        Requests and scheduled actions belong to the whole database, and only
        administrators see how many there were.
        """
        if self.slo_id.measure == GAUGE:
            return [], ""
        is_admin = self.env.user.has_group("reliability.group_admin")
        if not self.company_id and not is_admin:
            return [], self.env._(
                "These belong to the whole database: which of them, and their calls,"
                " are shown to administrators of Reliability."
            )
        return self._rows(), ""

    def _rows(self):
        """Return what used up the budget, the most first; addons with measures of their
        own extend it.

        :rtype: list[dict]
        """
        if self.slo_id.measure not in (SUCCESS, LATENCY):
            return []
        since = self._since()
        stored = self._stored(since)
        names = self.env["reliability.display.names"]
        report = self.env["reliability.report"]
        outcomes = dict(report._fields["outcome"]._description_selection(self.env))
        if self.slo_id.measure == LATENCY:
            outcomes["success"] = self.env._("Too late")
        is_of_calls = self.slo_id.family == _CALLS
        rows = []
        for key, counted, everything in self._bad_events(since):
            operation, _company_id, _warehouse, outcome = key
            shown = operation if self._is_of_requests() else None
            rows.append(
                self._row(key, counted, everything)
                | {
                    "operation": shown or names._display_name_of(operation),
                    "outcome_name": outcomes.get(outcome, outcome),
                    "stored": stored.get(key, 0),
                    "is_stored": is_of_calls,
                    "open_text": self.env._("Open calls")
                    if is_of_calls
                    else self.env._("Open hours"),
                }
            )
        return _sorted(rows)

    def _row(self, key, counted, everything):
        """Return what rows of all kinds have in common.

        :param key: operation, company, warehouse and outcome
        :param counted, everything: how many events, without and with excluded times
        """
        _operation, company_id, warehouse, outcome = key
        return {
            "key": list(key),
            "company": self._companies().get(company_id, ""),
            "warehouse": "" if self.warehouse else warehouse,
            "outcome": outcome,
            "can_open": not company_id or company_id in self.env.companies.ids,
            _COUNTED: counted,
            _ALL: everything,
            "counted_share": self._share(counted, self.total),
            "all_share": self._share(everything, self.all_total),
        }

    def _companies(self):
        """Return the names of the companies, if there are several in the budget."""
        if self.company_id:
            return {}
        companies = self.env["res.company"].sudo().search([])
        names = {company.id: company.name for company in companies}
        return names if len(names) > 1 else {}

    def _is_of_requests(self):
        return self.slo_id.family.startswith("http")

    def _share(self, bad, total):
        """Return the part of the budget that events used, in percent; ``None`` where
        there is no budget yet, or one of time slices."""
        allowed = total * (PPM - self.slo_id.goal_ppm) / PPM
        if self.slo_id.budgeting != EVENTS or not allowed:
            return None
        return round(100 * bad / allowed, 2)

    def _series(self):
        """Return the query of the series of this budget, in SQL."""
        return SQL(
            f"""
            WITH {MATCHED.format(chosen="slo.id = %(slo)s")}
            SELECT unnest(matched.series_ids) FROM matched
             WHERE company_id IS NOT DISTINCT FROM %(company)s
               AND warehouse = %(warehouse)s AND system = %(system)s
            """,
            slo=self.slo_id.id,
            company=self.company_id.id or None,
            warehouse=self.warehouse,
            system=self.system,
            left_out=self._left_out(),
        )

    def _left_out(self):
        """Return the ids of the companies that no objective counts, for SQL."""
        return sorted(self.env["reliability.health.provider"]._left_out_companies())

    def _bad_events(self, since):
        """Yield what used up the budget: operation, company, warehouse and outcome, and
        how many, without and with excluded times.

        Rollups by minute say exactly which events are excluded, and those by hour go
        back further.
        """
        minutes = minutes_complete_since(self.env) + _HOUR - timedelta(microseconds=1)
        minutes = minutes.replace(minute=0, second=0, microsecond=0)
        if self.all_total == self.total:
            minutes = fields.Datetime.now() + _DAY  # those by hour are fewer rows
        parts = [
            ("reliability_rollup_hour", since, minutes),
            ("reliability_rollup_minute", max(since, minutes), None),
        ]
        query = SQL(
            """
            SELECT operation, company_id, warehouse, outcome,
                   coalesce(sum(bad) FILTER (WHERE NOT is_excluded), 0)::bigint,
                   sum(bad)::bigint
              FROM (SELECT series.operation, series.company_id, series.warehouse,
                           rollup.outcome, rollup.bad,
                           EXISTS (SELECT FROM reliability_slo_exclusion AS excluded
                                    WHERE excluded.slo_id = %(slo)s
                                      AND excluded.start <= rollup.start
                                      AND excluded."end" > rollup.start) AS is_excluded
                      FROM (%(rollups)s) AS rollup
                      JOIN reliability_series AS series ON series.id = rollup.series_id
                     WHERE series.id IN (%(series)s)) AS event
             GROUP BY 1, 2, 3, 4
            """,
            slo=self.slo_id.id,
            rollups=SQL(" UNION ALL ").join(self._bad_rows(*part) for part in parts),
            series=self._series(),
        )
        for *key, counted, everything in self.env.execute_query(query):
            yield tuple(key), counted, everything

    def _bad_rows(self, table, since, until):
        """Return the query of the rows of rollups with bad events."""
        bad, condition = self._bad_of_rows()
        return SQL(
            "SELECT series_id, start, outcome, %(bad)s AS bad FROM %(table)s"
            " WHERE start >= %(since)s AND (%(until)s IS NULL OR start < %(until)s)"
            " AND %(condition)s",
            bad=bad,
            table=SQL.identifier(table),
            since=since,
            until=until,
            condition=condition,
        )

    def _bad_of_rows(self):
        """Return how many events of a row of rollups are bad, and which rows have any,
        in SQL."""
        if self.slo_id.measure == SUCCESS:
            return SQL("count"), SQL("outcome = ANY(%s)", list(FAILURES))
        return SQL("count - fast"), SQL("outcome = 'success' AND fast < count")

    def _stored(self, since):
        """Return how many of the calls are stored one by one, with their documents."""
        if self.slo_id.family != _CALLS:
            return {}
        is_bad = SQL("top_call.outcome = ANY(%s)", list(FAILURES))
        if self.slo_id.measure == LATENCY:
            is_bad = SQL(
                "top_call.outcome = 'success' AND top_call.seconds >"
                " (SELECT threshold FROM reliability_operation"
                "   WHERE code = series.operation)"
            )
        query = SQL(
            """
            SELECT series.operation, series.company_id, series.warehouse,
                   top_call.outcome, count(*)
              FROM reliability_rollup_top_call AS top_call
              JOIN reliability_series AS series ON series.id = top_call.series_id
             WHERE top_call.hour > %(hour)s AND top_call.ended >= %(since)s
               AND %(is_bad)s AND series.id IN (%(series)s)
             GROUP BY 1, 2, 3, 4
            """,
            hour=since - _HOUR,
            since=since,
            is_bad=is_bad,
            series=self._series(),
        )
        return {tuple(key): count for *key, count in self.env.execute_query(query)}

    def _rows_message(self, rows):
        """Return where rows add up to another number than the budget, and why."""
        if self.slo_id.measure == GAUGE:
            return self.env._(
                "The number is checked once a minute: there are no calls to open."
            )
        if self.slo_id.budgeting != EVENTS:
            return self.env._(
                "Each is one event; the budget counts the time slices that had too"
                " many of them."
            )
        found = sum(row[_COUNTED] for row in rows)
        if found == self.bad:
            return ""
        return self.env._(
            "Together these are %(found)s of %(bad)s: by operation, numbers are kept by"
            " the hour.",
            found=formatLang(self.env, found, digits=0),
            bad=formatLang(self.env, self.bad, digits=0),
        )

    def open_bad_events(self, operation, company_id, warehouse, outcome):
        """Return an action that opens a row of `read_days`: the calls that are stored,
        with their documents; of other events, their numbers by the hour.

        Odoo shows them to those who may see them.

        :raise UserError: the values are none of a row
        """
        self.ensure_one()
        self.check_access("read")
        texts = (operation, warehouse, outcome)
        is_company = not company_id or isinstance(company_id, int)
        if not is_company or not all(isinstance(text, str) for text in texts):
            raise UserError(self.env._("Open the calls from the form of the budget."))
        where = {"company_id": [company_id or False], "warehouse": [warehouse]}
        return self._open_row(where, operation, outcome)

    def _open_row(self, where, operation, outcome):
        """Return the action of a row; addons with measures of their own extend it.

        :param dict where: its company and warehouse, each as a list of values
        """
        if self.slo_id.family == _CALLS:
            return self._open_calls(where, operation, outcome)
        return self._open_hours(where, operation, outcome)

    def _open_calls(self, where, operation, outcome):
        is_late = self.slo_id.measure == LATENCY
        action = self.env["reliability.top.call"]._open(
            where,
            operation,
            self._since(),
            fields.Datetime.now() + _DAY,
            "slow" if is_late else "failures",
        )
        return action | {"domain": [*action["domain"], ("outcome", "=", outcome)]}

    def _open_hours(self, where, operation, outcome):
        slo = self.slo_id
        report = self.env["reliability.report"]
        action = report._open_hours(slo.service_id, operation, self._since())
        is_shared = slo.family in evaluated_families(is_of_company=False)
        domain = [
            ("family", "=", slo.family),
            ("name", "=", operation),
            ("outcome", "=", outcome),
            ("start", ">=", self._since()),
        ]
        if not is_shared:
            domain += [(column, "in", values) for column, values in where.items()]
        if slo.measure == LATENCY:
            domain.append(("is_timed", "=", True))
        group_by = ["start:day", "dimension"]
        return action | {"domain": domain, "context": {"group_by": group_by}}

    @api.model
    def _open_in_need(self, domain=()):
        """Return an action that opens budgets, those that need action first.

        :param domain: which ones
        """
        views = ("list", "kanban", "pivot", "graph", "form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Error Budgets"),
            "res_model": self._name,
            "views": [(False, view) for view in views],
            "domain": [("slo_id.active", "=", True), *domain],
            "context": {},
        }


def _sorted(rows):
    """Return rows, those with the most events first."""
    return sorted(rows, key=lambda row: (-row[_ALL], row["operation"]))


def _percent(part, whole):
    """Return a ratio in percent, rounded down as millionths are."""
    return (part * PPM // whole) / 10_000
