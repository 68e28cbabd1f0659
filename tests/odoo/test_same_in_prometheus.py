"""One day of events, minute by minute: Odoo and a real Prometheus say the same.

Odoo evaluates its objective once a minute.  Its gauges, as the collector shows them
after each evaluation, are backfilled into a Prometheus with the rules that Odoo writes.
Where the two differ, it is for a reason that ``docs/objectives.md`` gives.
"""

import random
import shutil
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from unittest.mock import patch

import yaml
from past_prometheus import PastPrometheus
from prometheus_client.openmetrics.exposition import generate_latest

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.reliability.collector import gauges
from odoo.addons.reliability.collector.rollup_writer import add
from odoo.addons.reliability.telemetry.events import Event, Series
from odoo.addons.reliability.telemetry.exposition import (
    GaugeSheet,
    gauge_families,
    registry_of,
)
from odoo.addons.reliability.telemetry.rollup import batches
from odoo.addons.reliability_slo import burn_rate, rules
from odoo.addons.reliability_slo.burn_rate import PAGE, TICKET
from odoo.addons.reliability_slo.verdict import Evidence, Sums, verdict

from setup import paths

MIDNIGHT = datetime(2026, 3, 3)
HOUR, DAY = 60, 24 * 60
"""In minutes; moments are minutes since midnight."""
PERIOD = 28 * DAY
STEP = 4 * HOUR
"""Between evaluations, and between scrapes, in the month before the day."""
EVALUATED, SCRAPED = 10, 37
"""Seconds after a minute has ended."""
SLICE = 5
GOAL_PPM = 999_000
PAIRS = burn_rate.pairs(timedelta(minutes=PERIOD))
ALL = range(1, DAY + 1)
WINDOWS = {5: "5m", 30: "30m", HOUR: "1h", 2 * HOUR: "2h", 6 * HOUR: "6h"}
"""Length in minutes → name: windows that are shorter than the day."""

FAILURES = 2 * HOUR + 3, 23 * HOUR + 20
"""One event at night fails, before and after what else fails."""
OUTAGE = range(10 * HOUR, 10 * HOUR + 10)
"""All events fail."""
SLOW_BURN = range(12 * HOUR, 17 * HOUR)
"""2 % fail."""
SILENCE = range(17 * HOUR, 18 * HOUR)
"""Nothing happens."""
USUAL_ERRORS, ERRORS = 0.0005, 0.02


class Traffic:
    """Events by minute of the day, and by hour of the four weeks before it.

    :param seed: of what is random
    """

    def __init__(self, seed: int):
        chance = random.Random(seed)
        minutes = [_events(chance, minute) for minute in range(-PERIOD, DAY)]
        self.minutes = dict(zip(range(-PERIOD, DAY), minutes, strict=True))
        self._bad = [0, *accumulate(bad for _good, bad in minutes)]
        self._total = [0, *accumulate(map(sum, minutes))]

    def sums(self, begin: int, end: int) -> Sums:
        """Return the sums of some minutes, without the last."""
        begin, end = max(0, PERIOD + begin), PERIOD + end
        bad = self._bad[end] - self._bad[begin]
        return Sums(bad, self._total[end] - self._total[begin])


def _events(chance, minute):
    """Return good and bad events of a minute; of an hour in its first minute."""
    is_day = 6 * HOUR <= minute % DAY < 20 * HOUR
    if minute < 0:
        usual = (3598, 2) if is_day else (72, 0)
        return (0, 0) if minute % HOUR else usual
    if minute in SILENCE:
        return 0, 0
    total = chance.randint(50, 70) if is_day else chance.randint(1, 2)
    if minute in FAILURES:
        return total - 1, 1
    errors = ERRORS if minute in SLOW_BURN else USUAL_ERRORS
    bad = sum(chance.random() < errors for _event in range(total))
    bad = total if minute in OUTAGE else bad
    return total - bad, bad


class Scrapes:
    """Scraped samples with their times."""

    def __init__(self):
        self._families = {}

    def add(self, families, moment: datetime):
        """Add what ``/metrics`` shows at a moment."""
        seconds = moment.replace(tzinfo=UTC).timestamp()
        for family in families:
            found = self._families.setdefault(family.name, family)
            samples, family.samples = family.samples, []
            for name, labels, value, *_more in samples:
                labels = labels | {"instance": "one:9108", "job": "odoo"}
                found.add_sample(name, labels, value, timestamp=seconds)

    def text(self) -> str:
        """Return them in OpenMetrics."""
        return generate_latest(registry_of(self._families.values())).decode()


class RecordedDay(TransactionCase):
    """What Odoo says of an objective whose service has had a usual month.

    :cvar firing: minute → long windows of the alerts that hold, in hours
    :cvar left: minute → the part of the budget that is left
    :cvar rates: minute → window → burn rate
    :cvar samples: all samples of the gauges, in OpenMetrics
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.traffic = Traffic(seed=23)
        cls.slos = cls.env["reliability.slo"]
        cls.slos.search([]).active = False
        cls.env.cr.execute("DELETE FROM reliability_collector_checkpoint")
        service = cls.env["reliability.service"].create(
            {"name": "Proof", "code": "proof"}
        )
        values = {"code": "proof", "goal_ppm": GOAL_PPM, "window": "28d"}
        cls.slos.create({**values, "service_id": service.id})
        labels = ("proof", "proof_label", str(cls.env.company.id), "WH", "")
        cls.series = Series("operation", cls.env.cr.dbname, labels, 3.0)
        cls.firing, cls.left, cls.rates = {}, {}, {}
        cls.replay()

    @classmethod
    def replay(cls):
        """Evaluate each minute of the day, and less often before."""
        scrapes, delivered = Scrapes(), -PERIOD
        cr, prefix = cls.env.cr, f"{gauges.PREFIX}slo_"
        views = [view for view in gauges.views(cr._obj) if view[0].startswith(prefix)]
        now = patch.object(cr, "now", fields.Datetime.now)
        with freeze_time(MIDNIGHT) as clock, now:
            for minute in (*range(1 - PERIOD, 0, STEP), *range(1, DAY + 1)):
                moment = MIDNIGHT + timedelta(minutes=minute)
                clock.move_to(moment)
                cls.deliver(range(delivered, minute))
                moment += timedelta(seconds=EVALUATED)
                clock.move_to(moment)
                cls.slos._advance(moment)
                found = [gauges.read_view(cr._obj, *view) for view in views]
                moment += timedelta(seconds=SCRAPED - EVALUATED)
                sheets = {cr.dbname: GaugeSheet(0.0, found)}
                scrapes.add(gauge_families(sheets, ()), moment)
                cls.keep(minute, {gauge.name: gauge.samples for gauge in found})
                delivered = minute
        cls.samples = scrapes.text()

    @classmethod
    def deliver(cls, minutes):
        """Write the events of some minutes as a collector does."""
        midnight, events = _seconds(MIDNIGHT), []
        for minute in minutes:
            counts = zip(
                ("success", "failed"), cls.traffic.minutes[minute], strict=True
            )
            events += [
                (
                    cls.series,
                    Event(0, outcome, midnight + minute * 60, 0.1, calls=calls),
                )
                for outcome, calls in counts
                if calls
            ]
        number = PERIOD + minutes.stop
        for batch in batches(events).values():
            add(cls.env.cr._obj, "collector/one", "one", [(number, batch)])
        # As each poll does, also without events.
        cls.env.cr.execute(
            "UPDATE reliability_collector_checkpoint SET delivered = %s",
            [fields.Datetime.now()],
        )

    @classmethod
    def keep(cls, minute, found):
        """Keep what Odoo says in a minute.

        :param found: name of a gauge → its samples
        """
        cls.env.cr.execute(
            "SELECT jsonb_object_keys(firing) FROM reliability_slo_budget AS budget"
            " JOIN reliability_slo AS slo ON slo.id = slo_id WHERE code = 'proof'"
        )
        cls.firing[minute] = {int(hours) for (hours,) in cls.env.cr.fetchall()}
        ((_labels, cls.left[minute]),) = found[rules.REMAINING]
        cls.rates[minute] = {
            labels[-1]: value for labels, value in found["odoo_slo_burn_rate"]
        }


def _seconds(moment):
    """Return the seconds since 1970."""
    return moment.replace(tzinfo=UTC).timestamp()


@tagged("-at_install", "post_install")
class TestOneDay(RecordedDay):
    """A minute has the events before its end; rules see them about a minute later.

    :cvar alerts: alert and severity → minutes
    :cvar recorded_left: minute → the part of the budget that is left
    :cvar recorded_errors: window in minutes → minute → ratio of bad events
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = rules.rules({cls.env.cr.dbname: cls.slos._specifications()})
        groups = yaml.safe_load(text)["groups"]
        found = [rule for group in groups for rule in group["rules"]]
        recording = {rule["record"]: rule["expr"] for rule in found if "record" in rule}
        folder = paths.RUN / "test" / "same_in_prometheus"
        shutil.rmtree(folder, ignore_errors=True)
        cls.prometheus = PastPrometheus(folder)
        cls.prometheus.scrape(cls.samples)
        begin = _seconds(MIDNIGHT)
        with cls.prometheus:
            cls.prometheus.record(text, begin - 10 * 60, begin + (DAY + 3) * 60)
            cls.alerts = {
                (rule["alert"], rule["labels"]["severity"]): cls.minutes(rule["expr"])
                for rule in found
                if "alert" in rule
            }
            left = "slo:odoo_slo_period_error_budget_remaining:ratio"
            cls.recorded_left = cls.minutes(left)
            # By expression: backfilled series do not end where a value is missing.
            cls.recorded_errors = {
                length: cls.minutes(
                    recording[f"slo:odoo_slo_error:ratio_increase{name}"]
                )
                for length, name in WINDOWS.items()
            }

    @classmethod
    def minutes(cls, expression):
        """Evaluate an expression when its rules are evaluated.

        :return: minute → the only value; only minutes with one
        """
        midnight = _seconds(MIDNIGHT)
        noon = midnight + DAY // 2 * 60
        recorded = "timestamp(slo:odoo_slo_events:increase5m)"
        (at_noon,) = cls.prometheus.by_time(recorded, noon, noon).values()
        (when,) = at_noon.values()
        begin = midnight + SCRAPED + 60 + (when - midnight - SCRAPED) % 60
        found = cls.prometheus.by_time(expression, begin, begin + (DAY - 1) * 60)
        minutes = {}
        for moment, values in found.items():
            (value,) = values.values()
            minutes[int(moment - midnight - SCRAPED) // 60] = value
        return minutes

    def odoo(self, severity):
        """Return the minutes in which Odoo alerts."""
        hours = {_hours(pair) for pair in PAIRS if pair.severity == severity}
        return {minute for minute in ALL if self.firing[minute] & hours}

    def rules(self, severity):
        """Return the minutes in which Prometheus alerts."""
        return set(self.alerts["OdooErrorBudgetBurn", severity])

    def by_slices(self, pair, freezes=True):
        """Return the minutes in which Odoo should alert: its windows begin with a
        slice, and without events it does not know more."""
        found = set()
        for minute in ALL:
            short, long = (
                self.traffic.sums((minute - length) // SLICE * SLICE, minute)
                for length in _lengths(pair)
            )
            before = freezes and minute - 1 in found
            if self.fires(pair, minute, long, short, before):
                found.add(minute)
        return found

    def by_scrapes(self, pair):
        """Return the minutes in which Prometheus should alert: it has what happened
        between the scrapes in a window, and extrapolates it."""
        found = set()
        for minute in ALL:
            short, long = (
                self.extrapolated(minute, length) for length in _lengths(pair)
            )
            if self.fires(pair, minute, long, short):
                found.add(minute)
        return found

    def extrapolated(self, minute, length):
        factor = Fraction(length, length - 1)
        bad, total = self.traffic.sums(minute - length + 1, minute)
        return Sums(bad * factor, total * factor)

    def fires(self, pair, minute, long, short, before=False):
        expected = self.traffic.sums(minute - PERIOD, minute).total
        evidence = Evidence(long, short, expected, Fraction(1))
        period = timedelta(minutes=PERIOD)
        return verdict(pair, GOAL_PPM, period, evidence, before).fires

    def test_both_alert_soon_after_the_same_faults_and_never_else(self):
        for severity, faults in ((PAGE, [OUTAGE, SLOW_BURN]), (TICKET, [OUTAGE])):
            mine, theirs = _spells(self.odoo(severity)), _spells(self.rules(severity))
            self.assertEqual(len(mine), len(faults), severity)
            self.assertEqual(len(theirs), len(faults), severity)
            for fault, one, other in zip(faults, mine, theirs, strict=True):
                self.assertIn(one.start, fault)
                self.assertIn(other.start, fault)
                self.assertLessEqual(abs(one.start - other.start), 1)

    def test_odoo_alerts_by_sums_that_begin_with_a_slice(self):
        for pair in PAIRS:
            mine = {minute for minute in ALL if _hours(pair) in self.firing[minute]}
            self.assertEqual(_spells(mine), _spells(self.by_slices(pair)), pair)

    def test_prometheus_alerts_by_what_happened_between_scrapes(self):
        for severity in (PAGE, TICKET):
            expected = set()
            for pair in PAIRS:
                if pair.severity == severity:
                    expected |= self.by_scrapes(pair)
            self.assertEqual(_spells(self.rules(severity)), _spells(expected))

    def test_they_differ_only_at_an_end_and_while_nothing_happens(self):
        """At most a slice later, and until something happens again."""
        for severity in (PAGE, TICKET):
            mine, theirs = self.odoo(severity), self.rules(severity)
            without_freezing = set()
            for pair in PAIRS:
                if pair.severity == severity:
                    without_freezing |= self.by_slices(pair, freezes=False)
            frozen = mine - without_freezing
            self.assertLessEqual(frozen, set(range(SILENCE.start, SILENCE.stop + 1)))
            spells = zip(_spells(mine - frozen), _spells(theirs), strict=True)
            for one, other in spells:
                self.assertIn(one.stop - other.stop, range(SLICE + 1))
            self.assertEqual(bool(frozen), severity == PAGE)
            agree = DAY - len(mine ^ theirs)
            self.assertGreaterEqual(agree, {PAGE: 1400, TICKET: 1430}[severity])

    def test_the_same_part_of_the_budget_is_left(self):
        """Prometheus has it every other minute."""
        for minute in range(3, DAY + 1):
            left = self.recorded_left[minute]
            difference = min(abs(self.left[minute - ago] - left) for ago in range(3))
            self.assertLess(difference, 0.01, minute)

    def test_the_budget_is_spent_at_the_same_time(self):
        (mine,) = _spells({minute for minute in ALL if self.left[minute] <= 0})
        (theirs,) = _spells(self.alerts["OdooErrorBudgetSpent", "information"])
        self.assertLessEqual(abs(mine.start - theirs.start), 5)
        self.assertEqual(mine.stop, theirs.stop)

    def test_burn_rates_are_those_of_the_events_in_their_window(self):
        budget = (burn_rate.PPM - GOAL_PPM) / burn_rate.PPM
        for length, name in WINDOWS.items():
            for minute in ALL:
                begin = (minute - length) // SLICE * SLICE
                mine = self.rates[minute].get(name)
                expected = _ratio(self.traffic.sums(begin, minute), budget)
                self.assertAlmostEqual(mine, expected, msg=(name, minute))
            for minute in range(length + 1, DAY + 1):
                theirs = self.recorded_errors[length].get(minute)
                expected = _ratio(self.traffic.sums(minute - length + 1, minute))
                self.assertAlmostEqual(theirs, expected, msg=(name, minute))

    def test_no_other_alert_fires(self):
        others = {name for (name, _severity), minutes in self.alerts.items() if minutes}
        self.assertEqual(others, {"OdooErrorBudgetBurn", "OdooErrorBudgetSpent"})


def _ratio(sums, budget=1.0):
    """Return the ratio of bad events, of that of the budget; ``None`` without any."""
    return sums.bad / sums.total / budget if sums.total else None


def _lengths(pair):
    """Return the windows of a pair in minutes, the shorter first."""
    minute = timedelta(minutes=1)
    return pair.short // minute, pair.long // minute


def _hours(pair):
    return pair.long // timedelta(hours=1)


def _spells(minutes):
    """Return the times without a gap."""
    found = []
    for minute in sorted(minutes):
        if found and found[-1].stop == minute:
            found[-1] = range(found[-1].start, minute + 1)
        else:
            found.append(range(minute, minute + 1))
    return found
