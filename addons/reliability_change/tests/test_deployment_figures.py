"""Figures of deployments are the five measures of DORA, in the pivot as in Python."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from ..dora import attribute
from ..models.reliability_deployment_failure import COUNTED, DUE, key_of
from .common import NOON, after
from .ended import EndedCase

SUMS = ("deployments", "failed", "suggested", "rework", "commits", "recovered")
RATES = ("failure_rate", "rework_rate", "lead_time", "recovery_time")


class FigureCase(EndedCase):
    def rows(self, *groups, domain=()):
        """Return what the pivot shows to a viewer: values of groups → measures."""
        figures = self.env["reliability.deployment.figure"].with_user(self.viewer)
        specs = [f"{name}:sum" for name in SUMS] + [f"{name}:avg" for name in RATES]
        (found,) = figures.formatted_read_grouping_sets([*domain], [groups], specs)
        rows = {
            tuple(_label(row[group]) for group in groups): {
                spec.partition(":")[0]: row[spec] for spec in specs
            }
            for row in found
        }
        return rows if groups else rows[()]


def _label(value):
    return value[1] if isinstance(value, list | tuple) else value


@tagged("-at_install", "post_install")
class TestPublishedExamples(FigureCase):
    """Deployments that have failed count once, however many incidents they caused."""

    def test_six_incidents_of_two_deployments_of_five_are_40_percent(self):
        """The published example of Apache DevLake; incidents by deployments give 120 %.

        Of the six, five are due to one deployment.
        """
        deployments = [self.deploy(100 * n) for n in range(5)]
        for cause in [deployments[4]] * 5 + [deployments[1]]:
            incident = self.incident(50).with_user(self.manager)
            incident._decide_deployment(cause, "confirmed")
        row = self.rows()
        self.assertEqual((row["deployments"], row["failed"]), (5, 2))
        self.assertEqual(row["failure_rate"], 40)
        self.assertEqual(row["suggested"], 0)

    def test_six_incidents_of_four_deployments_of_23_are_17_percent(self):
        """Incidents by deployments give 26.1 %."""
        for n in range(23):
            self.deploy(n)
        for hours in (3.5, 7.5, 7.8, 7.9, 11.5, 15.5):
            self.incident(hours)
        row = self.rows()
        self.assertEqual((row["deployments"], row["failed"]), (23, 4))
        self.assertAlmostEqual(row["failure_rate"], 17.4, 1)
        self.assertEqual(row["suggested"], 4, "nobody has confirmed them")


@tagged("-at_install", "post_install")
class TestCounted(FigureCase):
    """A deployment counts once it has reached production, and has ended."""

    def test_only_those(self):
        self.deploy()
        self.deploy(state="partial")
        self.deploy(state="failed")
        self.deploy(state="running")
        self.deploy(is_seen=False, is_reported=True, state="failed")
        self.assertEqual(self.rows()["deployments"], 3)

    def test_in_the_month_in_which_it_ended(self):
        self.deploy(begin=after(-60 * 24 * 30))
        self.assertEqual(list(self.rows("moment:month")), [("March 2026",)])

    def test_recovery_lasts_until_the_last_of_its_incidents_is_restored(self):
        self.deploy()
        self.incident(1, 2)
        self.incident(2, 5)
        self.assertEqual(self.rows()["recovery_time"], 5)

    def test_a_link_to_itself_says_nothing(self):
        deployment = self.deploy()
        deployment.rolls_back_id = deployment
        self.assertEqual(self.rows()["failed"], 0)

    def test_a_row_opens_its_deployment(self):
        deployment = self.deploy()
        figures = self.env["reliability.deployment.figure"].with_user(self.viewer)
        action = figures.search([]).action_open_deployment()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (deployment._name, deployment.id)
        )


@tagged("-at_install", "post_install")
class TestLeadTime(FigureCase):
    """The median over all commits of a group, each where it was shipped first."""

    def ship(self, hours, **made):
        commits = [
            {"revision": revision, "made_at": after(60 * when)}
            for revision, when in made.items()
        ]
        return self.deploy(hours, commit_ids=[(0, 0, one) for one in commits])

    def test_not_the_mean_of_the_medians_of_deployments(self):
        self.ship(0, a=-10, b=-2)
        second = self.ship(5, b=-2, c=4)
        self.ship(50, d=47, e=46)
        row = self.rows()
        self.assertEqual(row["commits"], 5)
        self.assertAlmostEqual(row["lead_time"], 3, msg="of 1, 2, 3, 4 and 10")
        figure = self.env["reliability.deployment.figure"].browse(second.id)
        self.assertEqual(figure.lead_text, "1 h")


@tagged("-at_install", "post_install")
class TestNothing(FigureCase):
    """Where nothing is known there is nothing, and never 0."""

    def test_without_deployments(self):
        row = self.rows()
        self.assertEqual({row[name] for name in RATES}, {False})

    def test_no_recovery_time_where_nothing_failed(self):
        self.deploy()
        row = self.rows()
        self.assertIs(row["recovery_time"], False)
        self.assertEqual(row["failure_rate"], 0.0)
        figure = self.env["reliability.deployment.figure"].search([])
        self.assertEqual(figure.recovery_text, "")

    def test_while_an_incident_is_open(self):
        self.deploy()
        self.incident(1, 2)
        self.incident(2)
        self.assertIs(self.rows()["recovery_time"], False)

    def test_not_of_clocks_that_differ(self):
        self.deploy(-1, rolls_back_id=self.deploy().id)
        row = self.rows()
        self.assertEqual((row["failed"], row["recovered"]), (1, 0))
        self.assertIs(row["recovery_time"], False)


@tagged("-at_install", "post_install")
class TestEqual(FigureCase):
    """The pivot, the report and ``dora.measure`` have the same figures."""

    SEED = random.randrange(10**6)
    DAYS = 56

    def setUp(self):
        super().setUp()
        self.chance = random.Random(self.SEED)
        deployments = [self.deployment() for _number in range(60)]
        for one in self.chance.sample(deployments, 20):
            self.link(one, self.chance.choice(deployments))
        for _number in range(40):
            begin = self.hours()
            duration = self.chance.choice([None, self.chance.random() * 9])
            kind = self.chance.choice(["incident"] * 4 + ["drill", "false_alarm"])
            restored = duration and begin + duration
            one = self.incident(begin, restored, kind=kind).with_user(self.manager)
            self.decide(one, self.chance.choice(deployments[:9]))

    def hours(self):
        return self.chance.randrange(24 * 60 * self.DAYS) / 60

    def deployment(self):
        states = ["done"] * 6 + ["partial", "failed"]
        end = self.hours()
        return self.deploy(
            end,
            begin=after(60 * end - self.chance.choice([0, 0, 1, 90])),
            state=self.chance.choice(states),
            is_seen=self.chance.random() < 0.9,
            is_failed=self.chance.random() < 0.1,
            is_unplanned=self.chance.random() < 0.1,
            commit_ids=[(0, 0, values) for values in self.commits()],
        )

    def commits(self):
        """Return some commits; other deployments ship the same ones."""
        revisions = self.chance.sample(range(150), self.chance.randrange(4))
        return [
            {
                "revision": str(one),
                "made_at": self.chance.choice([False, after(60 * self.hours())]),
            }
            for one in revisions
        ]

    def link(self, one, other):
        name = self.chance.choice(["rolls_back_id", "fixes_id"])
        one[name] = other

    def decide(self, incident, deployment):
        choice = self.chance.random()
        if choice < 0.4:
            incident._decide_deployment(deployment, "confirmed")
        elif choice < 0.5:
            incident.action_confirm_deployment()
        elif choice < 0.6:
            incident.action_reject_deployment()

    def test_of_each_period_and_of_all(self):
        for first, days in ((0, self.DAYS), (0, 28), (28, 28), (3, 5)):
            begin = NOON + timedelta(days=first)
            end = begin + timedelta(days=days)
            with self.subTest(seed=self.SEED, begin=begin, end=end):
                domain = [("moment", ">=", begin), ("moment", "<", end)]
                expected = self.env["reliability.deployment"]._measure(
                    begin, end, ZoneInfo("UTC")
                )
                self.check(self.rows(domain=domain), expected)

    def check(self, row, expected):
        failures, rework = expected.change_failures, expected.rework
        self.assertEqual(row["deployments"], expected.frequency.count)
        self.assertEqual((row["failed"], row["suggested"]), failures[::2])
        self.assertAlmostEqual(row["failure_rate"], 100 * failures.ratio)
        self.assertEqual(row["rework"], rework.part)
        self.assertAlmostEqual(row["rework_rate"], 100 * rework.ratio)
        self.assertEqual(row["commits"], expected.lead_time.count)
        self.check_hours(row["lead_time"], expected.lead_time.median)
        self.assertEqual(row["recovered"], expected.recovery_time.count)
        self.check_hours(row["recovery_time"], expected.recovery_time.median)

    def check_hours(self, hours, median):
        if median is None:
            self.assertIs(hours, False)
        else:
            self.assertAlmostEqual(hours, median.total_seconds() / 3600)

    def test_what_is_suggested_is_what_python_finds(self):
        incidents = self.env["reliability.incident"]._that_count()
        deployments = self.env["reliability.deployment"].search(COUNTED)
        found = attribute(incidents._as_dora(), deployments._as_dora())
        stored = {
            (key_of(one), key_of(one.deployment_id), one.deployment_state)
            for one in incidents
            if one.deployment_state in DUE and one.deployment_id.is_seen
        }
        self.assertTrue(stored)
        known = {key_of(one) for one in deployments}
        self.assertEqual(
            {tuple(one) for one in found if one.deployment in known}, stored
        )
