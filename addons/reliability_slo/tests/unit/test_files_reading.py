"""Objectives, owners and thresholds are read from files; what is wrong has a line."""

import textwrap

import pytest
from reliability_slo.files.content import Operation, Service, Thresholds
from reliability_slo.files.reading import read
from reliability_slo.files.remarks import NOTICES, PROBLEMS
from reliability_slo.objective import Objective

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: orders
  displayName: Orders confirmed
  annotations:
    reliability/owner: anna
    reliability/split: warehouse
    reliability/calendar: Standard 40 hours/week
spec:
  description: Customers wait.
  service: order-processing
  indicator:
    metadata:
      name: orders
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Odoo
            spec: {measure: success, family: operation, operations: [a_b, c_d]}
        total:
          metricSource:
            type: Odoo
            spec: {family: operation, operations: [a_b, c_d]}
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - targetPercent: 99.95
"""
ORDERS = Objective(
    code="orders",
    name="Orders confirmed",
    service="order_processing",
    goal_ppm=999_500,
    operations=("a_b", "c_d"),
    split="warehouse",
    description="Customers wait.",
    owner="anna",
    calendar="Standard 40 hours/week",
)
PARCELS = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: parcels
spec:
  service: shipping
  indicator:
    spec:
      thresholdMetric:
        metricSource:
          type: Odoo
          spec: {gauge: parcels_late}
  timeWindow:
    - duration: 1M
      isRolling: false
      calendar:
        startTime: 2020-01-01 00:00:00
        timeZone: Asia/Kathmandu
  budgetingMethod: Timeslices
  objectives:
    - op: lte
      value: 12.5
      target: 0.9
      timeSliceTarget: 0.95
      timeSliceWindow: 15m
"""
SERVICE = """\
apiVersion: openslo/v1
kind: Service
metadata:
  name: shipping
  displayName: Shipping
  annotations:
    reliability/owner: anna@example.com
    reliability/slow-percent: "20"
    reliability/failing-percent: "0.5"
    reliability/late-minutes: "15"
spec:
  description: Labels and parcels.
"""
OPERATION = """\
apiVersion: reliability/v1
kind: Operation
metadata:
  name: order_confirmation
spec:
  latencySeconds: 2.5
  refusedPercent: 50
"""
SLI = """\
apiVersion: openslo/v1
kind: SLI
metadata:
  name: labels
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Odoo, spec: {measure: latency, operations: [label]}}}
    total: {metricSource: {type: Odoo, spec: {operations: [label]}}}
"""
REFERRING = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: labels_fast}
spec:
  service: shipping
  indicatorRef: labels
  timeWindow: [{duration: 1w, isRolling: true}]
  budgetingMethod: RatioTimeslices
  objectives: [{target: 0.99, timeSliceWindow: 5}]
"""
PROMETHEUS = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: Website.Requests}
spec:
  service: web.site
  indicator:
    metadata: {name: requests}
    spec:
      ratioMetric:
        good: {metricSource: {type: Prometheus, spec: {query: a}}}
        total: {metricSource: {type: Prometheus, spec: {query: b}}}
  timeWindow: [{duration: 14d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""


def codes(remarks):
    return [remark.code for remark in remarks]


def changed(text, *pairs):
    """Return a document with other lines."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def goal(line):
    """Return the problems, or the goal, of an objective with this line."""
    content = read(changed(SLO, ("targetPercent: 99.95", line)))
    return codes(content.problems) or content.objectives[0].goal_ppm


class TestEverythingIsRead:
    def test_an_objective_by_events(self):
        content = read(SLO)
        assert (content.problems, content.notices) == ((), ())
        assert content.objectives == (ORDERS,)

    def test_an_objective_of_a_gauge_by_time_slices(self):
        (objective,) = read(PARCELS).objectives
        assert objective == Objective(
            code="parcels",
            name="parcels",
            service="shipping",
            goal_ppm=900_000,
            window="month",
            zone="Asia/Kathmandu",
            measure="gauge",
            gauge="parcels_late",
            comparison="at_most",
            bound=12.5,
            budgeting="slices",
            slice_minutes=15,
            slice_goal_ppm=950_000,
        )

    def test_a_service_with_owner_and_thresholds(self):
        assert read(SERVICE).services == (
            Service(
                "shipping",
                "Shipping",
                "Labels and parcels.",
                "anna@example.com",
                Thresholds(slow=0.2, failing=0.005),
                15,
            ),
        )

    def test_an_operation_with_thresholds(self):
        assert read(OPERATION).operations == (
            Operation(
                "order_confirmation",
                "order_confirmation",
                2.5,
                Thresholds(refused=0.5),
            ),
        )

    def test_an_indicator_in_a_document_of_its_own(self):
        for text in (f"{SLI}---\n{REFERRING}", f"{REFERRING}---\n{SLI}"):
            content = read(text)
            assert (content.problems, content.notices) == ((), ())
            (objective,) = content.objectives
            assert objective.measure == "latency"
            assert objective.operations == ("label",)
            assert objective.budgeting == "ratio_slices"
            assert objective.slice_minutes == 5

    def test_where_each_is_written(self):
        content = read(f"# first\n---\n{SLO}---\n{SERVICE}", "a.yaml")
        assert content.origins["SLO", "orders"] == ("a.yaml", 1, 3)
        assert content.origins["Service", "shipping"][:2] == ("a.yaml", 2)

    def test_without_which_addon_it_does_not_apply(self):
        text = changed(SLO, ("/owner: anna", "/addon: reliability_sale"))
        content = read(f"{text}---\n{SERVICE}")
        assert content.addons == {("SLO", "orders"): "reliability_sale"}

    def test_an_empty_file(self):
        assert read("") == read("# nothing\n---\n---\n") == read("---\n")

    @pytest.mark.parametrize(
        ("duration", "window"),
        [
            *(("7d", "7d"), ("1w", "7d"), ("168h", "7d"), ("28d", "28d")),
            *(("4w", "28d"), ("30d", "30d"), ("90d", "90d"), ("1Q", "90d")),
        ],
    )
    def test_rolling_windows_of_the_same_length(self, duration, window):
        content = read(changed(SLO, ("duration: 28d", f"duration: {duration}")))
        assert content.objectives[0].window == window

    @pytest.mark.parametrize(
        ("duration", "start", "window"),
        [
            ("1w", "2026-11-30 00:00:00", "week"),
            ("1M", "2026-11-01 00:00:00", "month"),
            ("1Q", "2026-10-01 00:00:00", "quarter"),
        ],
    )
    def test_calendar_windows(self, duration, start, window):
        pairs = (
            ("duration: 1M", f"duration: {duration}"),
            ("2020-01-01 00:00:00", start),
        )
        content = read(changed(PARCELS, *pairs))
        assert content.objectives[0].window == window

    def test_a_text_that_looks_like_something_else(self):
        """The country code of Norway is no truth value."""
        pairs = ("family: operation, operations: [a_b, c_d]}", "system: no}")
        text = SLO.replace(*pairs)
        assert read(text).objectives[0].system == "no"


class TestAGoalIsExact:
    @pytest.mark.parametrize(
        ("line", "ppm"),
        [
            ("targetPercent: 99.95", 999_500),
            ("targetPercent: 99.9999", 999_999),
            ("targetPercent: 99.950000000000000", 999_500),
            ("targetPercent: 0.0001", 1),
            ("targetPercent: 9.995e1", 999_500),
            ("targetPercent: 95", 950_000),
            ("target: 0.9995", 999_500),
            ("target: .5", 500_000),
        ],
    )
    def test_in_parts_per_million(self, line, ppm):
        assert goal(line) == ppm

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("targetPercent: 100", "goal"),
            ("targetPercent: 0", "goal"),
            ("targetPercent: -5", "goal"),
            ("target: 1", "goal"),
            ("target: 1.0", "goal"),
            ("target: 99.5", "goal"),
            ("targetPercent: 1e999", "goal"),
            ("targetPercent: 99.99999", "goal_decimals"),
            ("targetPercent: 99.95000000000000000000000000000001", "goal_decimals"),
            ("targetPercent: 1e-999", "goal_decimals"),
            ("targetPercent: 1e999999999", "number"),
            ("targetPercent: .nan", "number"),
            ("targetPercent: .inf", "number"),
            ("targetPercent: true", "number"),
            ("targetPercent: '99.5'", "number"),
            ("targetPercent: 99,5", "number"),
            ("targetPercent: 1_000", "number"),
            ("targetPercent: 99.5 %", "number"),
            ("targetPercent: [99.5]", "number"),
            ("targetPercent:", "target"),
            ("displayName: no target at all", "target"),
            ("{target: 0.9, targetPercent: 90}", "target"),
        ],
    )
    def test_what_is_no_goal_is_a_problem(self, line, problem):
        assert goal(line) == [problem]


class TestWhatIsWrongIsNamed:
    """Nothing of the files may be applied then, so nothing is returned."""

    @pytest.mark.parametrize(
        ("old", "new", "problem", "path"),
        [
            ("openslo/v1", "openslo/v2alpha", "version", "apiVersion"),
            ("kind: SLO", "kind: Slo", "kind", "kind"),
            ("  name: orders\n  d", "  d", "missing", "metadata.name"),
            ("name: orders\n  d", "name: Orders!\n  d", "code", "metadata.name"),
            ("name: orders\n  d", "name: other\n  d", "code", "metadata.name"),
            ("name: orders\n  d", "name: [a]\n  d", "text", "metadata.name"),
            (
                "reliability/owner: anna",
                "reliability/boss: anna",
                "unknown_key",
                "metadata.annotations.reliability/boss",
            ),
            (
                "split: warehouse",
                "split: town",
                "choice",
                "metadata.annotations.reliability/split",
            ),
            ("  service: order-processing\n", "", "missing", "spec.service"),
            ("Occurrences", "Ocurrences", "choice", "spec.budgetingMethod"),
            ("28d", "14d", "window", "spec.timeWindow[0].duration"),
            ("28d", "four weeks", "window", "spec.timeWindow[0].duration"),
            ("28d", "0d", "window", "spec.timeWindow[0].duration"),
            (
                "isRolling: true",
                "isRolling: maybe",
                "boolean",
                "spec.timeWindow[0].isRolling",
            ),
            (
                "isRolling: true",
                "isRolling: false",
                "missing",
                "spec.timeWindow[0].calendar",
            ),
            ("    - duration", "      duration", "list", "spec.timeWindow"),
            (
                "    - duration: 28d\n",
                "    - duration: 7d\n    - duration: 28d\n",
                "one_window",
                "spec.timeWindow",
            ),
            (
                "targetPercent: 99.95",
                "{targetPercent: 99, tagret: 1}",
                "unknown_key",
                "spec.objectives[0].tagret",
            ),
            (
                "measure: success",
                "measure: gauge",
                "gauge_metric",
                "spec.indicator.spec.ratioMetric.good.metricSource.spec.measure",
            ),
            (
                "            spec: {family: operation, operations: [a_b, c_d]}",
                "            spec: {family: http}",
                "total_differs",
                "spec.indicator.spec.ratioMetric.total.metricSource.spec",
            ),
            (
                "        good:",
                "        bad:",
                "good_and_total",
                "spec.indicator.spec.ratioMetric",
            ),
            ("      ratioMetric:", "      metric:", "metric", "spec.indicator.spec"),
            ("  indicator:", "  indikator:", "indicator", "spec"),
            ("- targetPercent: 99.95", "[]", "missing", "spec.objectives"),
        ],
    )
    def test_in_an_objective(self, old, new, problem, path):
        content = read(changed(SLO, (old, new)), "a.yaml")
        assert problem in codes(content.problems)
        found = next(one for one in content.problems if one.code == problem)
        assert found.values["path"] == path
        assert content.objectives == ()

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("lte", "lt", "choice"),
            ("      value: 12.5\n", "", "missing"),
            ("12.5", "1e999", "too_large_number"),
            ("2020-01-01 00:00:00", "2020-01-21 12:30:00", "window_start"),
            ("2020-01-01 00:00:00", "2020-01-02 00:00:00", "window_start"),
            ("2020-01-01 00:00:00", "tomorrow", "window_start"),
            ("Asia/Kathmandu", "Asia/Atlantis", "zone"),
            ("        timeZone: Asia/Kathmandu\n", "", "missing"),
            ("duration: 1M", "duration: 1Y", "window"),
            ("duration: 1M", "duration: 30d", "window"),
            ("isRolling: false", "isRolling: true", "choice"),
            ("      timeSliceTarget: 0.95\n", "", "missing"),
            ("0.95", "0", "slice_goal"),
            ("0.95", "95", "slice_goal"),
            ("timeSliceWindow: 15m", "timeSliceWindow: 2h", "choice"),
            ("timeSliceWindow: 15m", "timeSliceWindow: 30s", "choice"),
            ("{gauge: parcels_late}", "{gauge: a_b, measure: latency}", "gauge_metric"),
            ("{gauge: parcels_late}", "{measure: gauge}", "missing"),
            ("type: Odoo", "kind: Odoo", "missing"),
        ],
    )
    def test_in_an_objective_of_a_gauge(self, old, new, problem):
        assert problem in codes(read(changed(PARCELS, (old, new))).problems)

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ('"20"', '"120"', "percent"),
            ('"20"', '"0.123"', "percent"),
            ('"20"', "many", "number"),
            ('"15"', '"1.5"', "minutes"),
            ('"15"', '"-1"', "minutes"),
            ("slow-percent", "slow-precent", "unknown_key"),
            ("anna@example.com", '"an\\x07na"', "text_characters"),
        ],
    )
    def test_in_a_service(self, old, new, problem):
        assert codes(read(changed(SERVICE, (old, new))).problems) == [problem]

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("2.5", "0", "seconds"),
            ("2.5", "0.001", "seconds"),
            ("2.5", "2.5s", "number"),
            ("50", "-1", "percent"),
            ("kind: Operation", "kind: Service", "kind"),
            ("spec:\n  latencySeconds: 2.5\n  refusedPercent: 50\n", "", "missing"),
        ],
    )
    def test_in_an_operation(self, old, new, problem):
        assert codes(read(changed(OPERATION, (old, new))).problems) == [problem]

    def test_an_indicator_that_no_document_has(self):
        (problem,) = read(REFERRING).problems
        assert problem.code == "unknown_indicator"
        assert problem.values["value"] == "labels"

    def test_a_problem_of_an_indicator_document(self):
        text = f"{SLI.replace('latency', 'speed!')}---\n{REFERRING}"
        (problem,) = read(text).problems
        assert (problem.code, problem.origin.document) == ("code", 1)

    def test_one_name_twice_also_in_another_spelling(self):
        text = f"{REFERRING}---\n{REFERRING.replace('labels_fast', 'labels-fast')}"
        (problem,) = read(f"{SLI}---\n{text}", "a.yaml").problems
        assert problem.code == "duplicate"
        assert problem.origin.document == 3
        assert "document 2 of a.yaml" in str(problem)

    def test_an_objective_of_several_indicators(self):
        text = changed(
            REFERRING,
            ("  indicatorRef: labels\n", ""),
            ("{target: 0.99,", "{indicatorRef: labels, compositeWeight: 2, target: 1,"),
        )
        problems = codes(read(f"{SLI}---\n{text}").problems)
        assert "composite" in problems

    def test_an_indicator_that_mixes_sources(self):
        text = SLO.replace("type: Odoo", "type: Datadog", 1)
        assert "mixed_sources" in codes(read(text).problems)

    def test_all_problems_at_once_each_with_its_line(self):
        text = changed(SLO, ("28d", "14d"), ("99.95", "100"))
        problems = read(f"---\n{text}", "b.yaml").problems
        assert [(one.code, one.origin.line) for one in problems] == [
            ("window", 29),
            ("goal", 33),
        ]
        assert str(problems[1]).startswith(
            "b.yaml, document 1, line 33: spec.objectives[0].targetPercent is 100. A"
            " goal lies between 0 % and 100 %,"
        )

    def test_what_is_missing_is_said_once(self):
        text = SLO[: SLO.index("spec:")]
        assert codes(read(text).problems) == ["missing"]

    def test_one_wrong_document_is_a_problem_of_all(self):
        content = read(f"{SLO}---\n{OPERATION.replace('2.5', 'x')}---\n{SERVICE}")
        assert content.problems
        assert content[:3] == ((), (), ())


class TestAFileThatIsNoYamlOfOurs:
    @pytest.mark.parametrize(
        ("text", "problem", "line"),
        [
            ("a: 1\nb: ]\n", "syntax", 2),
            ("a: 1\nb: c: d\n", "syntax", 2),
            ("a: 1\n\tb: 2\n", "syntax", 2),
            ("a: \x07", "syntax", 0),
            ("a: &x 1\nb: *x\n", "alias", 1),
            ("a: 1\n---\nb: *x\n", "alias", 3),
            ("a: !!python/object/apply:os.system [ls]\n", "tag", 1),
            ("--- !unknown\na: 1\n", "tag", 1),
            ("[" * 50 + "]" * 50, "too_deep", 1),
            ("- a\n- b\n", "mapping", 1),
            ("only text", "mapping", 1),
            ("a: 1\na: 2\n", "duplicate_key", 2),
            ("? [a]\n: 1\n", "text", 1),
        ],
    )
    def test_says_where(self, text, problem, line):
        problems = read(text, "a.yaml").problems
        assert (problem, line) in [(one.code, one.origin.line) for one in problems]

    def test_a_billion_laughs_are_refused_at_the_first(self):
        lines = ["l0: &l0 [x, x]"]
        lines += [f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}]" for n in range(1, 60)]
        (problem,) = read("\n".join(lines)).problems
        assert (problem.code, problem.origin.line) == ("alias", 1)

    def test_the_number_of_the_document_with_the_mistake(self):
        (problem,) = read(f"{SLO}---\n{SERVICE}---\na: [\n").problems
        assert (problem.code, problem.origin.document) == ("syntax", 3)


class TestWhatIsNotCarriedOverIsNamed:
    """These are notices: the rest is usable."""

    @pytest.mark.parametrize(
        ("old", "new", "notice"),
        [
            (
                "    - targetPercent: 99.95",
                "    - {target: 0.9}\n    - {target: 0.8}",
                0,
            ),
            ("targetPercent: 99.95", "{target: 0.9, compositeWeight: 2}", 1),
            ("targetPercent: 99.95", "{target: 0.9, displayName: Errors}", 1),
            ("targetPercent: 99.95", "{target: 0.9, timeSliceTarget: 0.9}", 1),
            ("targetPercent: 99.95", "{target: 0.9, op: lte, value: 3}", 1),
            ("  annotations:\n", "  labels: {team: a}\n  annotations:\n", 1),
            ("reliability/owner: anna", "example.com/owner: anna", 1),
            ("counter: true", "counter: false", 1),
            ("    spec:\n      r", "    spec:\n      description: x\n      r", 1),
        ],
    )
    def test_of_an_objective(self, old, new, notice):
        content = read(changed(SLO, (old, new)))
        assert not content.problems
        assert len(content.objectives) == 1
        expected = ["other_objectives", "not_carried_over"][notice]
        assert set(codes(content.notices)) == {expected}

    @pytest.mark.parametrize(
        "policies",
        [
            "[{alertPolicyRef: burns}]",
            "[{kind: AlertPolicy, spec: {alertWhenNoData: true}}]",
        ],
    )
    def test_alert_policies_of_an_objective(self, policies):
        content = read(f"{SLO}  alertPolicies: {policies}\n")
        assert codes(content.notices) == ["alerts"]
        assert content.objectives == (ORDERS,)

    @pytest.mark.parametrize(
        ("kind", "notice"),
        [
            ("AlertPolicy", "alert_document"),
            ("AlertCondition", "alert_document"),
            ("AlertNotificationTarget", "alert_document"),
            ("DataSource", "document"),
        ],
    )
    def test_documents_of_other_kinds(self, kind, notice):
        text = textwrap.dedent(f"""\
            apiVersion: openslo/v1
            kind: {kind}
            metadata: {{name: Mail.All}}
            spec: {{target: email, alertWhenNoData: true}}
        """)
        content = read(f"{text}---\n{SLO}")
        assert codes(content.notices) == [notice]
        assert content.notices[0].values == {"kind": kind, "name": "Mail.All"}
        assert content.objectives == (ORDERS,)

    def test_an_objective_that_prometheus_measures_is_left_out(self):
        content = read(f"{PROMETHEUS}---\n{SLO}")
        (notice,) = content.notices
        assert notice.code == "other_source"
        assert notice.values == {"source": "Prometheus"}
        assert not content.problems
        assert content.objectives == (ORDERS,)

    def test_an_indicator_that_nobody_refers_to(self):
        assert codes(read(f"{SLI}---\n{SLO}").notices) == ["unused"]

    def test_a_data_source_that_is_referred_to(self):
        text = SLO.replace("type: Odoo", "{type: Odoo, metricSourceRef: erp}", 1)
        text = text.replace(
            "{type: Odoo, metricSourceRef: erp}",
            "type: Odoo\n            metricSourceRef: erp",
        )
        assert codes(read(text).notices) == ["not_carried_over"]


def test_every_sentence_says_what_to_do_and_ends():
    for text in (PROBLEMS | NOTICES).values():
        assert text.endswith((".", "%(error)s"))
    assert not PROBLEMS.keys() & NOTICES.keys()
