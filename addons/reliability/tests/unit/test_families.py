"""An addon measures a family of its own, by one registration."""

from dataclasses import replace
from unittest import TestCase
from unittest.mock import patch

from ...collector.collector import Collector
from ...telemetry import families
from ...telemetry.events import Series
from ...telemetry.families import COUNTER, HISTOGRAM, FamilySpec, MetricSpec
from ...telemetry.rollup import Batch
from ..recordings import FolderCase, record

LOGGER = Collector.__module__

DOCK = FamilySpec(
    "dock",
    "Truck at a Dock",
    ("warehouse", "dock"),
    (
        MetricSpec(
            HISTOGRAM,
            "odoo_dock_seconds",
            "How long trucks stood at a dock.",
            ("warehouse", "outcome"),
        ),
        MetricSpec(COUNTER, "odoo_dock_trucks", "Trucks.", ("dock",), value="count"),
    ),
    service="shipping",
    operation="dock {dock}",
    warehouse="{warehouse}",
)


class FamilyCase(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        for known in (families._registered, families._learned):
            self.enterContext(patch.dict(known))
        self.collectors = []

    def register(self, spec=DOCK):
        families.register_family(spec)
        self.recorder_of_this = self.recorder()

    def record(self, *labels, **event):
        record(self.recorder_of_this, Series("dock", "db", labels, 1.0), **event)

    def unregister(self):
        """Be a process that does not have the addon, such as the collector's."""
        families._registered.pop("dock")
        families._learned.clear()

    def collect(self):
        """Return what is shown of the family, by name and labels, after a cycle."""
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()
        return self.shown()

    def shown(self):
        return {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for metric in self.collector.metric_families()
            for sample in metric.samples
            if sample.name.startswith("odoo_dock") and sample.value
        }


class TestAFamilyOfAnAddon(FamilyCase):
    def setUp(self):
        super().setUp()
        self.register()
        self.record("WH", "north", seconds=4.0)
        self.record("WH", "south", seconds=2.0, outcome="failed")
        self.recorder_of_this.close()

    def assert_shown(self, samples):
        done = ("db", "db"), ("outcome", "success"), ("warehouse", "WH")
        self.assertEqual(samples["odoo_dock_seconds_sum", *done], 4.0)
        self.assertEqual(samples["odoo_dock_seconds_count", *done], 1)
        for dock in ("north", "south"):
            key = "odoo_dock_trucks_total", ("db", "db"), ("dock", dock)
            self.assertEqual(samples[key], 1)

    def test_is_shown_as_its_spec_says(self):
        self.assert_shown(self.collect())

    def test_is_shown_by_a_collector_without_the_addon(self):
        self.unregister()
        self.assert_shown(self.collect())

    def test_is_known_after_a_restart_of_the_collector_and_without_its_slots(self):
        self.unregister()
        self.collect()
        self.collector.close()
        families._learned.clear()
        for slot in self.folder.glob("slot-*"):
            slot.unlink()
        self.assert_shown(self.collect())

    def test_has_the_bounds_that_its_spec_names(self):
        (histogram, counter) = DOCK.metrics
        families._registered.pop("dock")
        long = replace(histogram, bounds=(1024.0, 4096.0))
        self.register(replace(DOCK, metrics=(long, counter)))
        self.record("WH", "north", seconds=1024.0)
        self.record("WH", "north", seconds=5000.0)
        self.unregister()
        samples = self.collect()
        found = {
            dict(labels)["le"]: count
            for (name, *labels), count in samples.items()
            if name == "odoo_dock_seconds_bucket"
            and dict(labels)["outcome"] == "success"
        }
        # Of 2 and 4 s, of 1024 s, and of 5000 s; the threshold is 1 s.
        self.assertEqual(found, {"1024.0": 2, "4096.0": 2, "+Inf": 3})

    def test_goes_into_rollups_in_the_columns_that_it_names(self):
        self.unregister()
        self.collect()
        (_source, ((_number, text),)) = self.collector.pending("db")
        rows = Batch.loads(text).rows
        self.assertEqual(
            {families.columns_of(row.family, row.labels) for row in rows},
            {
                ("shipping", "dock north", "", "WH", ""),
                ("shipping", "dock south", "", "WH", ""),
            },
        )

    def test_is_described_anew_by_a_worker_with_newer_code(self):
        newer = replace(DOCK, labels=(*DOCK.labels, "gate"), dimension="{gate}")
        families._registered.pop("dock")
        self.register(newer)
        self.record("WH", "north", "7", seconds=1.0)
        self.unregister()
        self.collect()
        self.assertEqual(families.family("dock"), newer)

    def test_is_shown_with_a_further_label_of_newer_code(self):
        histogram, counter = DOCK.metrics
        by_gate = replace(counter, labels=("dock", "gate"))
        newer = replace(DOCK, labels=(*DOCK.labels, "gate"), metrics=(by_gate,))
        families._registered.pop("dock")
        families.register_family(newer)
        self.record("WH", "north", "7")
        self.record("WH", "north", "")
        started = Series("dock", "db", ("WH", "south", "7"), 1.0)
        self.recorder_of_this.begin(started)
        self.unregister()
        self.collect()
        families.learn(DOCK.as_json())  # a worker with older code is left
        self.assertEqual(
            {
                tuple(value for _label, value in labels): value
                for (_name, *labels), value in self.shown().items()
            },
            {
                ("db", "north", ""): 2.0,
                ("db", "north", "7"): 1.0,
                ("db", "south", ""): 1.0,
            },
        )

    def test_a_label_that_came_meanwhile_makes_no_second_total(self):
        self.unregister()
        self.collect()
        newer = replace(DOCK, labels=(*DOCK.labels, "gate"))
        families.register_family(newer)
        self.record("WH", "north", "")
        self.collector.cycle()
        self.assertEqual(len(self.collector._totals.by_key), 2)

    def test_does_not_take_the_name_of_another_metric(self):
        (_histogram, counter) = DOCK.metrics
        learned = replace(DOCK, name="ramp", title="Learned", metrics=(counter,))
        families.learn(learned.as_json())
        with self.assertLogs(LOGGER) as logs:
            self.assert_shown(self.collect())
            names = [metric.name for metric in self.collector.page()]
        self.assertEqual(names.count("odoo_dock_trucks"), 1)
        self.assertEqual(len(logs.output), 1)

    def test_is_shown_also_if_a_task_of_the_collector_fails(self):
        def fail():
            raise KeyError("a bug")

        self.collect()
        self.collector.host_metrics.append(fail)
        with self.assertLogs(LOGGER) as logs:
            self.assert_shown(self.shown())
            self.assert_shown(self.shown())
        self.assertEqual(len(logs.output), 1)

    def test_without_a_known_description_is_counted_and_reported(self):
        self.register(replace(DOCK, name="gate", metrics=()))
        for _event in range(2):
            record(self.recorder_of_this, Series("gate", "db", ("WH", "a"), 1.0))
        families._registered.pop("gate")
        with patch.object(families, "learn", lambda _content: DOCK):
            from ...telemetry.slots import file

            with patch.object(file, "learn", lambda _content: DOCK):
                self.collect()
        totals = self.collector._totals
        self.assertEqual(totals.events, 4)
        self.assertEqual(totals.dropped["unknown_family"], 2)
        columns = families.columns_of("gate", ("WH", "a"))
        self.assertEqual(columns, ("platform", "gate", "", "", ""))


class TestDurations(FamilyCase):
    def test_a_family_has_durations_if_it_has_a_histogram(self):
        (_histogram, counter) = DOCK.metrics
        self.assertTrue(DOCK.has_durations)
        self.assertFalse(replace(DOCK, metrics=(counter,)).has_durations)

    def test_a_family_that_is_not_known_may_have_some(self):
        self.assertTrue(families.has_durations("nobody registered it"))

    def test_without_durations_only_failures_are_top_calls(self):
        (_histogram, counter) = DOCK.metrics
        self.register(replace(DOCK, metrics=(counter,), is_evaluated=True))
        for outcome in ("success", "failed"):
            self.record("WH", "north", outcome=outcome)
        self.collect()
        (_source, ((_number, text),)) = self.collector.pending("db")
        (top_call,) = Batch.loads(text).top_calls
        self.assertEqual(top_call.outcome, "failed")


class TestWhatCannotBeRegistered(FamilyCase):
    def assert_refused(self, words, **changes):
        with self.assertRaisesRegex(ValueError, words):
            families.register_family(replace(DOCK, **changes))

    def test_is_refused_with_the_reason(self):
        families.register_family(DOCK)
        (histogram, counter) = DOCK.metrics
        self.assert_refused("is no name", name="Dock 7")
        self.assert_refused("is no name", labels=("db", "dock", "warehouse"))
        self.assert_refused("no label 'gate'", operation="{gate}")
        self.assert_refused(
            "no label 'gate'", metrics=(replace(counter, labels=("gate",)),)
        )
        self.assert_refused("collide", title="Another")
        self.assert_refused("collide", name="ramp", metrics=(histogram,))
        self.assert_refused(
            "is no name", metrics=(replace(counter, name="trucks_total"),)
        )

    def test_what_would_make_a_scrape_fail_is_refused(self):
        (histogram, counter) = DOCK.metrics

        def assert_refused(words, metric, **changes):
            self.assert_refused(words, metrics=(replace(metric, **changes),))

        assert_refused("counts 'nonsense'", counter, value="nonsense")
        assert_refused("unknown kind 'gauge'", counter, kind="gauge")
        assert_refused("no label 'error'", histogram, lost_outcome="error")
        assert_refused("only its last label", histogram, optional="warehouse")
        assert_refused("powers of two", histogram, bounds=(1.0, 3.0))
        assert_refused("powers of two", histogram, bounds=(2.0, 1.0))
        assert_refused("powers of two", histogram, bounds=(0.0,))
        assert_refused("label twice", counter, labels=("dock", "dock"))
        assert_refused("is no name", counter, name="odoo_http_workers_busy")
        assert_refused("is no name", counter, name="odoo_reliability_slots")
        self.assert_refused("label twice", labels=("warehouse", "dock", "dock"))
        self.assert_refused("metric twice", metrics=(counter, counter))

    def test_the_same_may_be_registered_again(self):
        families.register_family(DOCK)
        self.assertIs(families.register_family(replace(DOCK)), families.family("dock"))
