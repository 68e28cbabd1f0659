"""Error budgets are those of an independent query over the raw rollups.

Random events of companies, warehouses, systems, outcomes and thresholds are delivered
in any order, late and in parts, as collectors do.  The query is
``tests/error_budgets.sql``.
"""

import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps

import pytz
from error_budgets import Budget, Key, error_budgets
from simulation.traffic_of_a_month import DAY as MINUTES_OF_A_DAY
from simulation.traffic_of_a_month import MONTH, month

from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability.collector.rollup_writer import add
from odoo.addons.reliability.telemetry.events import OUTCOMES, Event, Series
from odoo.addons.reliability.telemetry.rollup import batches
from odoo.addons.reliability_slo import window

NOW = datetime(2026, 3, 30, 11, 47, 31)  # the day after clocks were changed in Europe
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EXAMPLES = 4
OPERATIONS = ("proof_label", "proof_pick")
SYSTEMS = ("", "dhl", "ups")
WAREHOUSES = ("", "WH", "EAST")
THRESHOLDS = (0.0, 1.0, 3.0)
GOALS = (500_000, 900_000, 950_000, 995_000, 999_999)


class Company(TransactionCase):
    """Delivers events to a database in which no other objective is active."""

    maxDiff = None

    def setUp(self):
        super().setUp()
        self.patch(self.cr, "_now", NOW)  # rollups by minute are complete for 8 days
        self.slos = self.env["reliability.slo"]
        self.slos.search([]).active = False
        self.service = self.env["reliability.service"].create(
            {"name": "Proof", "code": "proof"}
        )
        other = self.env["res.company"].create({"name": "Other"})
        self.companies = ["", "mixed", str(self.env.company.id), str(other.id)]
        self.number = 0

    def objective(self, **values):
        values = {"code": "proof", "service_id": self.service.id} | values
        return self.slos.create(values)

    def deliver(self, events, host="one"):
        """Write events as the collector of a host does.

        :param events: pairs of series and event
        """
        batch = batches(events)[self.env.cr.dbname]
        self.number += 1
        add(self.env.cr._obj, f"collector of {host}", host, [(self.number, batch)])

    def random_events(self, chance, number, begin, end):
        """Return events between two moments, on whole minutes more often than not."""
        return [self.random_event(chance, begin, end) for _index in range(number)]

    def random_event(self, chance, begin, end):
        service, operation = "proof", chance.choice((*OPERATIONS, "proof_other"))
        if chance.random() < 0.1:
            service = "proof_elsewhere"
        labels = (
            service,
            operation,
            chance.choice(self.companies),
            chance.choice(WAREHOUSES),
            chance.choice(SYSTEMS),
        )
        series = Series(
            "operation", self.env.cr.dbname, labels, chance.choice(THRESHOLDS)
        )
        ended = begin + (end - begin) * chance.random()
        if chance.random() < 0.6:
            ended = ended.replace(second=0, microsecond=0)
        outcome = chance.choice(("success",) * 6 + OUTCOMES)
        seconds, calls = chance.uniform(0, 5), chance.choice((1, 1, 3))
        when = max(begin, ended).replace(tzinfo=UTC).timestamp()
        return series, Event(0, outcome, when, seconds, calls=calls)

    def budgets(self, slo):
        """Return what the addon has: of :class:`Key`, those with events."""
        slo.budget_ids.invalidate_recordset()
        return {
            Key(budget.company_id.id or None, budget.warehouse, budget.system): Budget(
                budget.good, budget.total, budget.remaining_ppm
            )
            for budget in slo.budget_ids
            if budget.total
        }

    def queried(self, slo, now, exclusions=()):
        """Return what the query has, see :meth:`budgets`."""
        objective = {
            "family": slo.family,
            "service": slo.service_id.code,
            "operations": slo.operations.split(",") if slo.operations else [],
            "system": slo.system or "",
            "measure": slo.measure,
            "budgeting": slo.budgeting,
            "slice_minutes": slo.slice_minutes,
            "slice_goal_ppm": slo.slice_goal_ppm,
            "goal_ppm": slo.goal_ppm,
            "split": slo.split,
        }
        begin, end = self.period(slo, now)
        return error_budgets(self.env.cr, objective, begin, end, exclusions)

    def period(self, slo, now):
        """Return begin and end; a rolling window begins with the slice so far back."""
        length = timedelta(minutes=slo.slice_minutes)
        if slo.window in window.CALENDAR:
            return window.period(slo.window, now, slo.zone)
        ended = now - (now - datetime(1970, 1, 1)) % length
        return ended - window.length(slo.window), ended + length

    def slices(self, slo):
        """Return what is stored: budget and begin → good, total."""
        self.env.cr.execute(
            "SELECT company_id, warehouse, system, start, slice.good, slice.total"
            "  FROM reliability_slo_slice AS slice"
            "  JOIN reliability_slo_budget AS budget ON budget.id = budget_id"
            " WHERE slo_id = %s",
            [slo.id],
        )
        return {(Key(*row[:3]), row[3]): row[4:] for row in self.env.cr.fetchall()}

    def random_objective(self, chance):
        operations = chance.choice(("", OPERATIONS[0], ",".join(OPERATIONS)))
        return self.objective(
            measure=chance.choice(("success", "latency")),
            budgeting=chance.choice(("events", "slices", "ratio_slices")),
            split=chance.choice(("none", "company", "warehouse", "system")),
            slice_minutes=chance.choice((1, 5, 15)),
            slice_goal_ppm=chance.choice(GOALS),
            goal_ppm=chance.choice(GOALS),
            window=chance.choice(sorted(window.ROLLING | window.CALENDAR)),
            zone=chance.choice(("UTC", "Europe/Berlin", "Asia/Kathmandu")),
            operations=operations,
            system=chance.choice(("", "", "dhl")),
        )

    @contextmanager
    def undone(self):
        """Restore the database after the block."""
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all(flush=False)


def for_examples(test):
    """Run a test with several sources of chance, each in the same database."""

    @wraps(test)
    def repeated(self):
        for seed in range(EXAMPLES):
            with self.subTest(seed=seed), self.undone():
                test(self, random.Random(seed))

    return repeated


def in_utc(zone, day, hour):
    """Return an hour of a local day; 24 is the begin of the next day."""
    local = datetime(day.year, day.month, day.day) + timedelta(hours=hour)
    return zone.localize(local).astimezone(UTC).replace(tzinfo=None)


@tagged("-at_install", "post_install")
class TestBudgetsAreThoseOfTheQuery(Company):
    @for_examples
    def test_of_events_in_any_order(self, chance):
        """Some arrive weeks late, and time goes on meanwhile."""
        slo, now = self.random_objective(chance), NOW - 5 * DAY
        self.slos._advance(now)
        for _delivery in range(8):
            now += chance.choice((MINUTE, 17 * MINUTE, DAY, 0 * MINUTE))
            events = self.random_events(chance, 60, now - 2 * DAY, now)
            events += self.random_events(chance, 40, now - 95 * DAY, now)
            self.deliver(events, chance.choice(("one", "two")))
            self.slos._advance(now)
            self.assertEqual(self.budgets(slo), self.queried(slo, now))
        self.assertTrue(self.budgets(slo))

    @for_examples
    def test_of_events_before_the_objective_was_made(self, chance):
        self.deliver(self.random_events(chance, 300, NOW - 7 * DAY, NOW))
        slo = self.random_objective(chance)
        self.slos._advance(NOW)
        self.assertEqual(self.budgets(slo), self.queried(slo, NOW))

    @for_examples
    def test_while_nothing_happens(self, chance):
        """Windows move on: what leaves them is subtracted."""
        slo, now = self.random_objective(chance), NOW
        self.slos._advance(now)
        self.deliver(self.random_events(chance, 300, now - 95 * DAY, now))
        for _step in range(8):
            self.slos._advance(now)
            self.assertEqual(self.budgets(slo), self.queried(slo, now))
            now += chance.choice((MINUTE, 7 * MINUTE, DAY, 11 * DAY))

    @for_examples
    def test_with_maintenance_windows(self, chance):
        """Before the events, between them and after them."""
        slo, now, exclusions = self.random_objective(chance), NOW, []
        self.slos._advance(now)
        begin = now - 60 * DAY
        while begin < now:
            begin += DAY * chance.uniform(1, 20)
            end = begin + DAY * chance.uniform(0, 3)
            exclusions.append(self.maintenance(begin, end))
            begin = end
            self.deliver(self.random_events(chance, 80, now - 95 * DAY, now))
            self.slos._advance(now)
            self.assertEqual(self.budgets(slo), self.queried(slo, now, exclusions))

    def maintenance(self, begin, end):
        begin, end = begin.replace(microsecond=0), end.replace(microsecond=0)
        made = self.env["reliability.maintenance"].create(
            {"name": "Proof", "start": begin, "end": end + timedelta(seconds=1)}
        )
        made.action_approve()
        return made.start, made.end

    @for_examples
    def test_outside_of_working_hours(self, chance):
        """Eight to four in Berlin, also after the change of clocks; a holiday."""
        zone = pytz.timezone("Europe/Berlin")
        calendar = self.calendar(zone.zone)
        slo, now = self.random_objective(chance), NOW
        slo.calendar_id = calendar
        holiday = NOW.date() - timedelta(days=chance.randint(0, 20))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": in_utc(zone, holiday, 0),
                "date_to": in_utc(zone, holiday, 24),
            }
        )
        exclusions, last = [], datetime(2025, 1, 1)
        for days in range(-100, 2):
            day = NOW.date() + timedelta(days=days)
            if day.weekday() < 5 and day != holiday:
                exclusions.append((last, in_utc(zone, day, 8)))
                last = in_utc(zone, day, 16)
        self.slos._advance(now)
        self.deliver(self.random_events(chance, 300, now - 95 * DAY, now))
        self.slos._advance(now)
        self.assertEqual(self.budgets(slo), self.queried(slo, now, exclusions))

    def calendar(self, zone):
        hours = [
            (0, 0, {"name": "Day", "dayofweek": day, "hour_from": 8, "hour_to": 16})
            for day in "01234"
        ]
        values = {"name": "Berlin", "tz": zone, "attendance_ids": hours}
        return self.env["resource.calendar"].create(values)

    @for_examples
    def test_with_and_without_exclusions(self, chance):
        slo = self.random_objective(chance)
        exclusions = [self.maintenance(NOW - 3 * DAY, NOW - DAY)]
        self.slos._advance(NOW)
        self.deliver(self.random_events(chance, 300, NOW - 7 * DAY, NOW))
        self.slos._advance(NOW)
        self.assertEqual(self.budgets(slo), self.queried(slo, NOW, exclusions))
        all_events = {
            Key(budget.company_id.id or None, budget.warehouse, budget.system): (
                Budget(budget.all_good, budget.all_total, budget.all_remaining_ppm)
            )
            for budget in slo.budget_ids
            if budget.all_total
        }
        self.assertEqual(all_events, self.queried(slo, NOW))

    @for_examples
    def test_after_the_objective_has_changed(self, chance):
        slo = self.random_objective(chance)
        self.slos._advance(NOW)
        self.deliver(self.random_events(chance, 300, NOW - 95 * DAY, NOW))
        self.slos._advance(NOW)
        slo.write(self.other_values(chance))
        self.slos._advance(NOW + MINUTE)
        self.assertEqual(self.budgets(slo), self.queried(slo, NOW + MINUTE))

    def other_values(self, chance):
        """Return values at which each usual alert can fire."""
        return {
            "budgeting": chance.choice(("events", "slices", "ratio_slices")),
            "goal_ppm": chance.choice((995_000, 999_000)),
            "slice_goal_ppm": chance.choice(GOALS),
            "window": chance.choice(sorted(window.ROLLING | window.CALENDAR)),
            "zone": chance.choice(("UTC", "Asia/Kathmandu")),
        }


@tagged("-at_install", "post_install")
class TestAMonthOfTraffic(Company):
    """A simulated month with faults, and the four weeks before it, of two servers: one
    delivers a day of the month a day late."""

    BEGIN = datetime(2026, 3, 2) - MONTH * MINUTE  # a Monday
    LATE = range(MONTH + 11 * MINUTES_OF_A_DAY, MONTH + 12 * MINUTES_OF_A_DAY)
    OBJECTIVES = (
        {"budgeting": "events", "window": "28d", "goal_ppm": 999_000},
        {"budgeting": "events", "window": "month", "zone": "Asia/Kathmandu"},
        {"budgeting": "slices", "window": "7d", "slice_goal_ppm": 950_000},
        {"budgeting": "ratio_slices", "window": "28d", "slice_minutes": 15},
    )

    def setUp(self):
        super().setUp()
        self.month = month(1.0, seed=1)
        self.made = [
            self.objective(code=f"proof_{number}", **values)
            for number, values in enumerate(self.OBJECTIVES)
        ]

    def test_each_week_and_counted_anew(self):
        length = MINUTES_OF_A_DAY // 4
        self.slos._advance(self.BEGIN)
        for begin in range(0, 2 * MONTH, length):
            now = self.BEGIN + (begin + length) * MINUTE
            self.deliver_minutes(range(begin, begin + length))
            self.slos._advance(now)
            if (begin + length) % (7 * MINUTES_OF_A_DAY) == 0:
                self.check(self.made, now)
        # As an objective that is made after the month, from the rollups by hour.
        self.made.append(self.objective(code="proof_new", goal_ppm=999_000))
        self.slos._advance(now)
        self.check(self.made, now)
        self.assertEqual(self.budgets(self.made[-1]), self.budgets(self.made[0]))

    def deliver_minutes(self, minutes):
        """Deliver what both servers know; the second is silent on the late day."""
        self.deliver_of("one", minutes[0::2])
        if minutes[0] not in self.LATE:
            self.deliver_of("two", minutes[1::2])
        if minutes.stop == self.LATE.stop + MINUTES_OF_A_DAY:
            self.deliver_of("two", self.LATE[1::2])

    def deliver_of(self, host, minutes):
        if events := list(self.events(minutes)):  # there are none on Sundays
            self.deliver(events, host)

    def events(self, minutes):
        labels = ("proof", OPERATIONS[0], self.companies[2], "WH", "")
        series = Series("operation", self.env.cr.dbname, labels, 1.0)
        for minute in minutes:
            moment = (self.BEGIN + minute * MINUTE).replace(tzinfo=UTC).timestamp()
            bad = self.month.bad[minute]
            good = self.month.totals[minute] - bad
            if good:
                yield series, Event(0, "success", moment, 0.1, calls=good)
            if bad:
                yield series, Event(0, "failed", moment, 0.1, calls=bad)

    def check(self, slos, now):
        for slo in slos:
            budgets = self.budgets(slo)
            self.assertEqual(budgets, self.queried(slo, now), slo.code)
            self.assertTrue(budgets, slo.code)


@tagged("-at_install", "post_install")
class TestLateEvents(Company):
    """A late event restates the slice it belongs to, and only that."""

    @for_examples
    def test_of_the_29th_day(self, chance):
        slo = self.objective(window="30d", split="company", slice_minutes=5)
        self.slos._advance(NOW)
        self.deliver(self.random_events(chance, 300, NOW - 30 * DAY, NOW))
        self.slos._advance(NOW)
        slices, budgets = self.slices(slo), self.budgets(slo)
        late = NOW - 29 * DAY
        failed = Event(0, "failed", late.replace(tzinfo=UTC).timestamp(), 0.1)
        company = self.companies[2]
        labels = ("proof", OPERATIONS[0], company, "WH", "")
        series = Series("operation", self.env.cr.dbname, labels, 3.0)
        self.deliver([(series, failed)], host="late")
        self.slos._advance(NOW + MINUTE)
        key = Key(int(company), "", "")
        start = late - (late - datetime(1970, 1, 1)) % (5 * MINUTE)
        good, total = slices.get((key, start), (0, 0))
        expected = slices | {(key, start): (good, total + 1)}
        self.assertEqual(self.slices(slo), expected)
        good, total, _remaining = budgets.pop(key)
        found = self.budgets(slo)
        self.assertEqual(found.pop(key)[:2], (good, total + 1))
        self.assertEqual(found, budgets)

    @for_examples
    def test_any_order_of_deliveries_gives_the_same_state(self, chance):
        events = self.random_events(chance, 200, NOW - 40 * DAY, NOW)
        values = chance.getrandbits(64)
        states = []
        for _order in range(3):
            chance.shuffle(events)
            states.append(self.state_after(random.Random(values), events, chance))
        self.assertEqual(states[0], states[1])
        self.assertEqual(states[0], states[2])

    def state_after(self, objective, events, chance):
        """Return slices and budgets after deliveries in this order."""
        with self.undone():
            slo = self.random_objective(objective)
            now = NOW - timedelta(hours=1)
            self.slos._advance(now)
            while events:
                number = chance.randint(1, 100)
                part, events = events[:number], events[number:]
                self.deliver(part, chance.choice(("one", "two")))
                if chance.random() < 0.5:
                    now = min(NOW, now + chance.choice((MINUTE, 16 * MINUTE)))
                    self.slos._advance(now)
            self.slos._advance(NOW)
            return self.slices(slo), self.budgets(slo)

    @for_examples
    def test_budgets_add_up_over_any_split(self, chance):
        slos = [
            self.objective(code=f"proof_{split}", split=split)
            for split in ("none", "company", "warehouse", "system")
        ]
        self.slos._advance(NOW)
        self.deliver(self.random_events(chance, 300, NOW - 27 * DAY, NOW))
        self.slos._advance(NOW)
        sums = {self.sum_of(self.budgets(slo).values()) for slo in slos}
        self.assertEqual(len(sums), 1)
        self.assertNotEqual(sums, {(0, 0)})

    def sum_of(self, budgets):
        return (
            sum(budget.good for budget in budgets),
            sum(budget.total for budget in budgets),
        )
