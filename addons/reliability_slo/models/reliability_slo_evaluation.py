"""The evaluation of objectives, once a minute, before alerts are collected."""

# What runs each minute has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    WINDOW,
    minutes_complete_since,
    store_text,
    stored_text,
)

from .. import burn_rate, window
from ..objective import AT_MOST, GAUGE, RATIO_SLICES, SPLITS
from ..verdict import Evidence, Sums, verdict
from . import counting
from .counting import SLICE_DAYS
from .slo_parameters import EVALUATED, EXCLUDED_BY

_BURN_HOURS = (1, 6, 24, 72)
_AHEAD = timedelta(days=3)
"""Exclusions are known so far ahead, and made anew each day."""
_HOUR = timedelta(hours=1)
_MAX_SILENCE = timedelta(days=1)
"""A server that is silent for longer was removed on purpose."""


def burn_seconds():
    """Return the lengths of the windows that burn rates are known for, in seconds."""
    long = [hours * 3600 for hours in _BURN_HOURS]
    return sorted({*long, *(seconds // 12 for seconds in long)})


def _lengths():
    """Return pairs of window and seconds: the sums that each budget has."""
    found = []
    for code in (*window.ROLLING, *window.CALENDAR):
        period = window.length(code) // timedelta(seconds=1)
        own = [0] if code in window.CALENDAR else []
        found += [(code, seconds) for seconds in {*burn_seconds(), period, *own}]
    return found


def main_seconds(code):
    """Return the length of the window of a budget, in seconds; 0 of a calendar's."""
    if code in window.CALENDAR:
        return 0
    return window.length(code) // timedelta(seconds=1)


def _columns(pairs):
    return {
        "code": [code for code, _seconds in pairs],
        "seconds": [seconds for _code, seconds in pairs],
    }


_LENGTHS = _columns(_lengths())
_MAIN = _columns(
    [(code, main_seconds(code)) for code in (*window.ROLLING, *window.CALENDAR)]
)


class ReliabilitySlo(models.Model):
    _inherit = "reliability.slo"

    @api.model
    def _advance(self, now):
        """Count what is new since the last evaluation, and evaluate all budgets.

        :param datetime now: in UTC
        """
        self.env.flush_all()
        # Compiling a statement takes longer than running it.
        self.env.cr.execute("SET LOCAL jit = off")
        self._begin_periods(now)
        self._exclude(now)
        self._execute(counting.RELEASE)
        self._apply(self._changes(now), now)
        active = self.search([])
        self._count_anew(active.filtered(lambda slo: not slo.is_counted), now)
        self._add_up_anew(active.filtered(lambda slo: not slo.is_added_up), now)
        self._execute(counting.MOVE, now=now)
        self._execute(counting.COUNT_ENDED, now=now)
        self._execute(counting.SUMMARIZE, **_MAIN)
        self.env["reliability.slo.budget"]._evaluate(now, self._covered_until(now))
        store_text(self.env, EVALUATED.key, fields.Datetime.to_string(now))
        self.env.invalidate_all()

    @api.model
    def _execute(self, query, **values):
        left_out = self.env["reliability.health.provider"]._left_out_companies()
        self.env.cr.execute(query, {"left_out": sorted(left_out), **values})
        return self.env.cr

    @api.model
    def _begin_periods(self, now):
        """Let calendar windows begin anew when a week, month or quarter begins."""
        slos = self.search([("window", "in", list(window.CALENDAR))])
        for slo in slos.with_context(reliability_evaluating=True):
            if slo.period_begin and slo.period_begin <= now < slo.period_end:
                continue
            period = window.period(slo.window, now, slo.zone)
            slo.period_begin, slo.period_end = period
        self.env.flush_all()

    @api.model
    def _changes(self, now):
        """Return what is new since the last evaluation; addons with events of their own
        extend it.

        :rtype: list[counting.Change]
        """
        rows = self._execute(counting.DRAIN, **counting.PARAMETERS).fetchall()
        return [counting.Change(*row) for row in rows] + self._gauge_samples(now)

    @api.model
    def _gauge_samples(self, now):
        """Return a sample of each number that should hold: it does, or does not."""
        known, found = set(self._gauges()), []
        for slo in self.search([("measure", "=", GAUGE), ("is_counted", "=", True)]):
            if slo.gauge in known:
                found += slo._sample(now)
        return found

    def _whole_of_gauge(self):
        """Return the aggregate function for the rows of the gauge.

        Counts add up. Of durations and ages, the worst one counts.
        """
        if not self.gauge.endswith("_seconds"):
            return "sum"
        return "max" if self.comparison == AT_MOST else "min"

    def _sample(self, now):
        labels = [
            name
            for name in ("company", "warehouse", "integration")
            if name in SPLITS[self.split]
        ]
        columns = SQL(", ").join([SQL.identifier(name) for name in labels])
        query = SQL(
            "SELECT %(columns)s %(whole)s(value) FROM %(view)s%(group)s",
            whole=SQL(self._whole_of_gauge()),
            columns=SQL("%s,", columns) if labels else SQL(""),
            view=SQL.identifier(f"reliability_gauge_{self.gauge}"),
            group=SQL(" GROUP BY %s", columns) if labels else SQL(""),
        )
        length = self.slice_minutes * 60
        seconds = now.replace(tzinfo=UTC).timestamp() // length * length
        start = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        companies = set(self.env["res.company"].sudo().search([]).ids)
        for *values, value in self.env.execute_query(query):
            if value is None:
                continue  # nothing is known, which is not good
            label = dict(zip(labels, values, strict=True))
            company = label.get("company") or ""
            company_id = int(company) if company.isdigit() else None
            is_good = value <= self.bound
            if self.comparison != AT_MOST:
                is_good = value >= self.bound
            yield counting.Change(
                self.id,
                company_id if company_id in companies else None,
                label.get("warehouse") or "",
                label.get("integration") or "",
                start,
                int(is_good),
                1,
            )

    @api.model
    def _apply(self, changes, now):
        """Add changes to slices, windows and counters.

        :param list[counting.Change] changes: in any order
        """
        if not changes:
            return
        columns = counting.columns(changes)
        self._add_budgets(counting.OF_CHANGES, now, **columns)
        self._execute(counting.APPLY, **columns)

    @api.model
    def _add_budgets(self, wanted, now, **values):
        """Add the budgets that are wanted and missing, with their windows."""
        values |= counting.PARAMETERS | {"shared": self._shared_families(), "now": now}
        self._execute(counting.ADD_BUDGETS.format(wanted=wanted), **values)
        if self.env.cr.rowcount:
            self._execute(counting.ADD_WINDOWS, **_LENGTHS)

    def _count_anew(self, slos, now):
        """Count objectives from the events that are known.

        :param slos: those that are new, or whose events are found in another way
        """
        if not slos:
            return
        self._execute(
            "DELETE FROM reliability_slo_slice USING reliability_slo_budget AS budget"
            " WHERE budget.id = budget_id AND budget.slo_id = ANY(%(slos)s)",
            slos=slos.ids,
        )
        slos._add_slices_anew(now)
        self._execute(
            "UPDATE reliability_slo_budget AS budget SET first = (SELECT min(start)"
            " FROM reliability_slo_slice WHERE budget_id = budget.id)"
            " WHERE slo_id = ANY(%(slos)s)",
            slos=slos.ids,
        )
        slos = slos.with_context(reliability_evaluating=True)
        slos.write({"is_counted": True, "is_added_up": False})

    def _add_slices_anew(self, now):
        """Add the budgets and slices of objectives that have none, from the rollups;
        addons with events of their own extend it.
        """
        minutes = minutes_complete_since(self.env) + _HOUR - timedelta(microseconds=1)
        values = counting.PARAMETERS | {
            "slos": self.ids,
            "minutes": minutes.replace(minute=0, second=0, microsecond=0),
            "oldest": now - timedelta(days=SLICE_DAYS),
        }
        self._add_budgets(counting.OF_SERIES, now, slos=self.ids)
        # Rare, and of many rows: sorting them on disk would take most of the time.
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        self._execute(counting.COUNT_ANEW, **values)
        self.env.cr.execute("SET LOCAL work_mem TO DEFAULT")

    def _add_up_anew(self, slos, now):
        """Make the sums of windows anew.

        :param slos: those whose slices, or what they are worth, have changed
        """
        if not slos:
            return
        slos.with_context(reliability_evaluating=True).write({"is_added_up": True})
        self.env.flush_all()
        self._execute(
            "DELETE FROM reliability_slo_window USING reliability_slo_budget AS budget"
            " WHERE budget.id = budget_id AND budget.slo_id = ANY(%(slos)s)",
            slos=slos.ids,
        )
        self._execute(counting.ADD_WINDOWS, **_LENGTHS)
        self._execute(counting.RECOUNT, slos=slos.ids, now=now)

    @api.model
    def _exclude(self, now):
        """Make the exclusions anew when calendars or maintenance windows change."""
        made_of = f"{now:%Y-%m-%d} {self._exclusions_made_of()}"
        if made_of == stored_text(self.env, EXCLUDED_BY):
            return
        slos = self.search([])
        self.env["reliability.slo.exclusion"].search([]).unlink()
        begin, end = now - timedelta(days=SLICE_DAYS), now + _AHEAD
        rows = []
        by_calendar = slos.filtered("calendar_id").grouped("calendar_id")
        for calendar, users in by_calendar.items():
            closed = list(_closed(calendar, begin, end))
            rows += [
                {"slo_id": slo.id, "start": start, "end": until}
                for slo in users
                for start, until in closed
            ]
        for maintenance in self.env["reliability.maintenance"].search(
            [("state", "=", "approved"), ("end", ">", begin)]
        ):
            services = maintenance.service_ids or slos.service_id
            rows += [
                {
                    "slo_id": slo.id,
                    "start": maintenance.start,
                    "end": maintenance.end,
                    "maintenance_id": maintenance.id,
                }
                for slo in slos
                if slo.service_id in services
            ]
        self.env["reliability.slo.exclusion"].create(rows)
        self.env.flush_all()
        changed = self._execute(counting.EXCLUDE_ANEW, slos=slos.ids).fetchall()
        self.browse([slo_id for (slo_id,) in changed]).with_context(
            reliability_evaluating=True
        ).write({"is_added_up": False})
        self.env.flush_all()
        store_text(self.env, EXCLUDED_BY, made_of)

    @api.model
    def _exclusions_made_of(self):
        """Return a text that changes when anything that exclusions are made of does."""
        tables = (
            "resource_calendar",
            "resource_calendar_attendance",
            "resource_calendar_leaves",
        )
        counts = SQL(" UNION ALL ").join(
            SQL(
                "SELECT count(*)::text || ' ' || coalesce(max(write_date)::text, '')"
                " FROM %s",
                SQL.identifier(table),
            )
            for table in tables
        )
        others = SQL(
            "SELECT coalesce(string_agg(concat_ws('/', id, calendar_id, service_id),"
            "        ' ' ORDER BY id), '') FROM reliability_slo WHERE active UNION ALL"
            " SELECT coalesce(string_agg(concat_ws('/', id, start, \"end\","
            "        (SELECT string_agg(reliability_service_id::text, ','"
            "                ORDER BY reliability_service_id)"
            "           FROM reliability_maintenance_reliability_service_rel"
            "          WHERE reliability_maintenance_id = id)), ' ' ORDER BY id), '')"
            "   FROM reliability_maintenance WHERE state = 'approved'"
        )
        rows = self.env.execute_query(SQL("%s UNION ALL %s", counts, others))
        return " ".join(text for (text,) in rows)

    @api.model
    def _covered_until(self, now):
        """Return up to when the events of all servers are counted, in UTC.

        A collector that comes back after a while delivers what it missed.
        """
        checkpoints = self.env["reliability.collector.checkpoint"]
        last_polls = checkpoints._last_polls()
        if not last_polls:
            return now - WINDOW
        silent = checkpoints._silent_hosts(last_polls, now - timedelta(seconds=90))
        missing = [last for last in silent.values() if now - last < _MAX_SILENCE]
        return min([max(last_polls.values()), *missing])


def _closed(calendar, begin, end):
    """Yield the times in which a calendar has no working hours, in UTC.

    :param begin, end: in UTC, without time zone
    """
    begin, end = begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    last = begin
    for start, stop, _record in calendar._work_intervals_batch(begin, end)[False]:
        if start > last:
            yield _utc(last), _utc(start)
        last = max(last, stop)
    if end > last:
        yield _utc(last), _utc(end)


def _utc(moment):
    return moment.astimezone(UTC).replace(tzinfo=None)


class ReliabilitySloBudget(models.Model):
    _inherit = "reliability.slo.budget"

    @api.model
    def _evaluate(self, now, covered_until):
        """Store for each budget which alerts hold, and since when.

        :param datetime covered_until: up to when events are counted
        """
        sums = defaultdict(dict)
        for budget_id, seconds, good, total in self.env.execute_query(
            SQL("SELECT budget_id, seconds, good, total FROM reliability_slo_window")
        ):
            sums[budget_id][seconds] = Sums(int(total - good), int(total))
        silence = max(0.0, (now - covered_until).total_seconds())
        for budget in self.search([("slo_id.active", "=", True)]):
            firing = budget._firing(sums[budget.id], silence, now)
            if firing != (budget.firing or {}):
                budget.firing = firing or False

    def _firing(self, sums, silence, now):
        """Return which alerts hold: their long window in hours, as text → ``since`` and
        the numbers.

        :param dict sums: seconds → `Sums`
        :param silence: seconds since events were counted
        """
        slo, before, found = self.slo_id, self.firing or {}, {}
        period = slo._period()
        unit = burn_rate.PPM if slo.budgeting == RATIO_SLICES else 1
        expected = self._expected(sums, period, now)
        for alert in slo.alert_ids:
            pair, name = alert._pair(), str(alert.hours)
            long, short = alert.hours * 3600, alert.hours * 300
            evidence = Evidence(
                sums.get(long, Sums(0, 0)),
                sums.get(short, Sums(0, 0)),
                expected,
                Fraction(max(0.0, 1 - silence / short)),
            )
            was = before.get(name)
            result = verdict(pair, slo.goal_ppm, period, evidence, bool(was), unit)
            if result.fires:
                found[name] = {
                    "severity": alert.severity,
                    "since": was["since"] if was else fields.Datetime.to_string(now),
                    "bad": evidence.long.bad // unit or was["bad"],
                    "total": evidence.long.total // unit,
                }
        return found

    def _expected(self, sums, period, now):
        """Return how many events a usual period has, by those that there were."""
        seconds = period // timedelta(seconds=1)
        total = sums.get(seconds, Sums(0, 0)).total
        if not self.first:
            return total
        known = min(max((now - self.first).total_seconds(), 3600), seconds)
        return int(total * seconds / known)
