"""Figures of incidents: how long it took to detect, acknowledge and restore them."""

import random
from datetime import datetime
from statistics import mean, median, quantiles

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .recorded import RecordedCase

MINUTES = 1 / 60


@tagged("-at_install", "post_install")
class TestTimes(RecordedCase):
    """Each figure is the time between two stamps."""

    def test_from_the_begin_to_the_end_of_the_impact(self):
        self.record(began_at=-6, acknowledged_at=3, restored_at=30, closed_at=90)
        found = {figure: row["mean"] for (figure,), row in self.rows("figure").items()}
        for figure, minutes in {
            "detect": 6,
            "acknowledge": 3,
            "restore": 36,
        }.items():
            self.assertAlmostEqual(found[figure], minutes * MINUTES)

    def test_a_corrected_stamp_changes_them(self):
        incident = self.record(began_at=-6)
        incident._stamp("began", datetime(2026, 3, 2, 11, 40), "person", "a call")
        self.assertAlmostEqual(self.row("detect")["mean"], 20 * MINUTES)

    def test_a_row_opens_its_incident(self):
        incident = self.record()
        figures = self.env["reliability.incident.figure"].with_user(self.viewer)
        row = figures.search([("incident_id", "=", incident.id)], limit=1)
        action = row.action_open_incident()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (incident._name, incident.id)
        )


@tagged("-at_install", "post_install")
class TestNothing(RecordedCase):
    """Where a stamp is missing there is no figure, and never 0."""

    def test_no_mean_median_or_percentile_without_a_stamp(self):
        self.record()
        for figure in ("detect", "acknowledge", "restore"):
            row = self.row(figure)
            self.assertEqual(
                (row["mean"], row["median"], row["p90"]), (False, False, False)
            )
            self.assertEqual((row["incidents"], row["known"]), (1, 0))

    def test_the_list_shows_no_time(self):
        self.record(began_at=0)
        figures = self.env["reliability.incident.figure"].search([])
        durations = {one.figure: one.duration for one in figures}
        self.assertEqual(durations["restore"], False)
        self.assertEqual(durations["detect"], "0.00 s", "detected as it began")

    def test_coverage_says_how_many_have_both_stamps(self):
        for began in (-1, -2, None):
            self.record(began_at=began)
        self.record(began_at=-4, acknowledged_at=1)
        self.assertEqual(self.row("detect")["coverage"], 75)
        self.assertEqual(self.row("detect")["known"], 3)
        self.assertEqual(self.row("acknowledge")["coverage"], 25)

    def test_several_times_have_no_common_figure(self):
        self.record(began_at=-6, restored_at=30)
        self.assertEqual(set(self.rows().values()), {False})
        self.assertEqual(set(self.rows("severity")["minor",].values()), {False})


@tagged("-at_install", "post_install")
class TestPeriod(RecordedCase):
    """A time lies in the month in which it ended."""

    def test_each_time_has_its_own_month(self):
        self.record(
            began_at=datetime(2026, 3, 31, 23),
            detected_at=datetime(2026, 3, 31, 23, 30),
            restored_at=datetime(2026, 4, 1, 2),
        )
        found = self.rows("moment:month", "figure")
        known = {key for key, row in found.items() if row["known"]}
        self.assertEqual(
            known,
            {
                ("March 2026", "detect"),
                ("April 2026", "restore"),
            },
        )

    def test_what_has_not_ended_is_missing_in_the_month_of_detection(self):
        self.record()
        self.assertEqual(
            self.rows("moment:month", "figure")["March 2026", "restore"]["coverage"], 0
        )

    def test_months_are_those_of_the_reader(self):
        self.viewer.tz = "America/New_York"
        self.record(detected_at=datetime(2026, 4, 1, 2))
        figures = self.env["reliability.incident.figure"].with_user(self.viewer)
        figures = figures.with_context(tz="America/New_York")
        ((label, *_rest),) = figures._read_group([], ["moment:month"])
        self.assertEqual(f"{label:%Y-%m}", "2026-03")


@tagged("-at_install", "post_install")
class TestApart(RecordedCase):
    """Drills, false alarms and duplicates are not in the figures of incidents."""

    def test_each_kind_has_its_own_figures(self):
        self.record(began_at=-2)
        self.record(began_at=-60, kind="drill")
        self.record(began_at=-50, kind="false_alarm")
        self.record(began_at=-40, kind="duplicate")
        rows = self.rows("kind", domain=[("figure", "=", "detect")])
        self.assertAlmostEqual(rows["incident",]["mean"], 2 * MINUTES)
        self.assertEqual({row["incidents"] for row in rows.values()}, {1})

    def test_there_is_no_figure_of_incidents_and_drills(self):
        self.record(began_at=-2)
        self.record(began_at=-60, kind="drill")
        self.assertFalse(self.row("detect")["mean"])

    def test_the_menu_opens_incidents_only(self):
        action = self.env.ref("reliability_incident.reliability_incident_figure_action")
        self.assertIn("search_default_incidents", action.context)


@tagged("-at_install", "post_install")
class TestServices(RecordedCase):
    """An incident counts for each service that it affects, and once in all."""

    def test_in_each_of_them(self):
        self.record(self.picking + self.labels, began_at=-2)
        self.record(self.labels, began_at=-4)
        rows = self.rows("figure", "service_ids", domain=[("figure", "=", "detect")])
        self.assertEqual(rows["detect", "Probed picking"]["incidents"], 1)
        self.assertEqual(rows["detect", "Probed labels"]["incidents"], 2)
        self.assertAlmostEqual(rows["detect", "Probed labels"]["mean"], 3 * MINUTES)
        self.assertEqual(self.row("detect")["incidents"], 2)


@tagged("-at_install", "post_install")
class TestGroups(RecordedCase):
    """Means and percentiles are those of the incidents of a group, however grouped."""

    SEED = random.randrange(10**6)

    def setUp(self):
        super().setUp()
        chance = random.Random(self.SEED)
        self.known = []
        for _number in range(150):
            began = -chance.randrange(1, 500) if chance.random() < 0.8 else None
            services = chance.choice(
                [self.picking, self.labels, self.picking + self.labels]
            )
            day = chance.randrange(0, 60) * 24 * 60
            values = {
                "severity": chance.choice(["minor", "major", "critical"]),
                "warehouses": chance.choice([False, "WH", "B, WH"]),
            }
            detected = {"detected_at": day, "began_at": began and day + began}
            self.record(services, **detected, **values)
            if began:
                month = "March 2026" if day < 30 * 24 * 60 else "April 2026"
                groups = values | {"moment:month": month, "figure": "detect"}
                for service in services:
                    self.known.append((groups | {"service_ids": service.name}, began))

    def expected(self, *groups):
        """Return the durations of each group, in hours."""
        found = {}
        for values, began in self.known:
            key = tuple(values[group] for group in groups)
            found.setdefault(key, []).append(-began * MINUTES)
        return found

    def test_they_equal_those_of_python(self):
        domain = [("figure", "=", "detect")]
        for groups in (
            ["service_ids"],
            ["service_ids", "severity"],
            ["service_ids", "warehouses"],
            ["service_ids", "moment:month"],
            ["service_ids", "figure", "severity", "warehouses", "moment:month"],
        ):
            rows = self.rows(*groups, domain=domain)
            for key, hours in self.expected(*groups).items():
                with self.subTest(seed=self.SEED, groups=groups, key=key):
                    row = rows[key]
                    self.assertEqual(row["known"], len(hours))
                    self.assertAlmostEqual(row["mean"], mean(hours))
                    self.assertAlmostEqual(row["median"], median(hours))
                    self.assertAlmostEqual(row["p90"], ninetieth(hours))


def ninetieth(values):
    """Return the 90th percentile, between the two nearest values."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=10, method="inclusive")[-1]


@tagged("-at_install", "post_install")
class TestCompanies(RecordedCase):
    """People read figures of their companies, and of what concerns all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})

    def test_of_ones_own_and_shared(self):
        self.record(began_at=-2)
        self.record(began_at=-60, company_id=self.other.id)
        self.record(began_at=-4, company_id=False, is_shared=True)
        self.record(began_at=-60, company_id=False)
        row = self.row("detect")
        self.assertEqual(row["known"], 2)
        self.assertAlmostEqual(row["mean"], 3 * MINUTES)

    def test_none_without_a_role(self):
        self.record()
        user = new_test_user(self.env, "no role", "base.group_user")
        with self.assertRaises(AccessError):
            self.rows("figure", user=user)
