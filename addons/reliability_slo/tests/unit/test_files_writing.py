"""What is written can be read again, and is valid OpenSLO v1."""

import re
import string

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability_slo.burn_rate import PPM, pairs
from reliability_slo.files.content import Operation, Service, Thresholds
from reliability_slo.files.reading import read
from reliability_slo.files.writing import policies, write
from reliability_slo.objective import (
    AT_LEAST,
    AT_MOST,
    EVENTS,
    GAUGE,
    LATENCY,
    RATIO_SLICES,
    SLICE_MINUTES,
    SLICES,
    SPLITS,
    SUCCESS,
    Objective,
)
from reliability_slo.window import CALENDAR, ROLLING, length

LETTERS = string.ascii_lowercase + string.digits + "_"
CODES = st.builds(
    "".join, st.tuples(st.sampled_from("abxyz"), st.text(LETTERS, min_size=1))
).map(lambda code: code[:63])
CODES = CODES.filter(lambda code: code not in ("mixed", "other"))
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"])).filter(
    lambda text: not text or text.strip()
)
NAMES = TEXTS.filter(bool)
SHARES = st.none() | st.integers(0, 10_000).map(lambda share: share / 10_000)
THRESHOLDS = st.builds(Thresholds, SHARES, SHARES, SHARES, SHARES)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"])
SERVICES = st.builds(
    Service,
    CODES,
    NAMES,
    TEXTS,
    TEXTS,
    THRESHOLDS,
    st.none() | st.integers(0, 10_000),
)
OPERATIONS = st.builds(
    Operation,
    CODES,
    NAMES,
    st.none() | st.integers(1, 10**6).map(lambda number: number / 100),
    THRESHOLDS,
)
EVENTS_COUNTED = {
    "family": CODES,
    "operations": st.lists(CODES, max_size=3).map(tuple),
    "system": TEXTS,
}
OWN = {SUCCESS, LATENCY, GAUGE}
INDICATORS = (
    st.fixed_dictionaries(
        {"measure": st.sampled_from([SUCCESS, LATENCY]), **EVENTS_COUNTED}
    )
    | st.fixed_dictionaries(
        {
            "measure": CODES.filter(lambda code: code not in OWN),
            "bound": st.floats(0, 1e9),
            **EVENTS_COUNTED,
        }
    )
    | st.fixed_dictionaries(
        {
            "measure": st.just(GAUGE),
            "gauge": CODES,
            "system": TEXTS,
            "comparison": st.sampled_from([AT_MOST, AT_LEAST]),
            "bound": st.floats(-1e15, 1e15),
        }
    )
)
WINDOWS = st.fixed_dictionaries(
    {"window": st.sampled_from([*ROLLING])}
) | st.fixed_dictionaries({"window": st.sampled_from([*CALENDAR]), "zone": ZONES})
BUDGETINGS = (
    st.just({"budgeting": EVENTS})
    | st.fixed_dictionaries(
        {
            "budgeting": st.just(RATIO_SLICES),
            "slice_minutes": st.sampled_from(SLICE_MINUTES),
        }
    )
    | st.fixed_dictionaries(
        {
            "budgeting": st.just(SLICES),
            "slice_minutes": st.sampled_from(SLICE_MINUTES),
            "slice_goal_ppm": st.integers(1, PPM),
        }
    )
)


@st.composite
def objectives(draw):
    """Objectives whose values all have a meaning."""
    return Objective(
        code=draw(CODES),
        name=draw(NAMES),
        service=draw(CODES),
        goal_ppm=draw(st.integers(1, PPM - 1)),
        split=draw(st.sampled_from([*SPLITS])),
        description=draw(TEXTS),
        owner=draw(TEXTS),
        calendar=draw(TEXTS),
        **draw(INDICATORS),
        **draw(WINDOWS),
        **draw(BUDGETINGS),
    )


def many(strategy):
    return st.lists(strategy, max_size=3, unique_by=lambda item: item.code)


def by_code(items):
    return tuple(sorted(items, key=lambda item: item.code))


def orders(goal_ppm=999_500, **values):
    return Objective("orders", "Orders", "order_processing", goal_ppm, **values)


def documents(*items, **others):
    """Return what is written, by kind and name."""
    written = yaml.safe_load_all(write(items, **others))
    return {(one["kind"], one["metadata"]["name"]): one for one in written}


class TestWhatIsWrittenIsRead:
    @settings(deadline=None)
    @given(many(objectives()), many(SERVICES), many(OPERATIONS))
    def test_and_is_the_same(self, written, services, operations):
        content = read(write(written, services, operations))
        assert [str(one) for one in content.problems + content.notices] == []
        assert content.objectives == by_code(written)
        assert content.services == by_code(services)
        assert content.operations == by_code(operations)

    @settings(deadline=None)
    @given(many(objectives()), st.randoms())
    def test_and_written_again_is_the_same_text(self, written, random):
        shuffled = random.sample(written, len(written))
        assert write(shuffled) == write(written)
        assert write(read(write(written)).objectives) == write(written)

    @given(st.integers(1, PPM - 1))
    def test_percentages_have_no_more_digits_than_they_need(self, ppm):
        (text,) = re.findall("targetPercent: (.+)", write([orders(ppm)]))
        assert re.fullmatch(r"\d\d?(\.\d{0,3}[1-9])?", text)
        assert text.rstrip("0") == f"{ppm / 10_000:.4f}".rstrip("0").rstrip(".") or (
            text == f"{ppm // 10_000}"
        )

    def test_two_files_of_two_exports(self):
        """Both have the documents of the same alerts, which is no problem."""
        content = read(write([orders()]) + write([orders()._replace(code="others")]))
        assert (content.problems, content.notices) == ((), ())
        assert len(content.objectives) == 2

    def test_alerts_that_were_edited_are_not_carried_over(self):
        text = write([orders()])
        assert text.count("threshold: 13.44") == 2
        (notice,) = read(text.replace("threshold: 13.44", "threshold: 9", 1)).notices
        assert notice.code == "alert_document"
        (notice,) = read(
            text.replace("  - alertPolicyRef: page-1h-of-28d\n", "")
        ).notices
        assert notice.code == "alerts"


class TestAlertsAreWritten:
    def test_two_conditions_for_each_pair(self):
        written = documents(orders())
        for pair in pairs(length("28d")):
            policy = next(
                one
                for (kind, name), one in written.items()
                if kind == "AlertPolicy"
                and written["AlertCondition", f"{name}-long"]["spec"]["condition"][
                    "threshold"
                ]
                == float(pair.factor(length("28d")))
            )
            (condition,) = policy["spec"]["conditions"]
            name = policy["metadata"]["name"]
            assert condition == {"conditionRef": f"{name}-long"}
            other = policy["metadata"]["annotations"]["reliability/and-condition"]
            assert other == f"{name}-short"
            assert written["AlertCondition", other]["spec"]["severity"] == pair.severity

    @pytest.mark.parametrize(
        ("goal_ppm", "left_out"),
        [
            (930_000, []),
            (925_596, []),
            (925_595, ["page-1h-of-28d"]),
            (821_428, ["page-1h-of-28d", "page-6h-of-28d"]),
            (500_000, ["page-1h-of-28d", "page-6h-of-28d", "ticket-1d-of-28d"]),
        ],
    )
    def test_not_those_that_can_never_fire_which_a_comment_says(
        self, goal_ppm, left_out
    ):
        text = write([orders(goal_ppm)])
        assert re.findall(r"# Left out: (\S+) cannot fire", text) == left_out
        assert not any(f"name: {name}\n" in text for name in left_out)
        assert len(policies(goal_ppm, length("28d"))) == 4 - len(left_out)

    def test_each_once_for_all_objectives_with_the_same_window(self):
        one = documents(orders())
        two = documents(orders(), orders()._replace(code="others"))
        assert len(two) == len(one) + 1


class TestItIsValidOpenSlo:
    """By the README of OpenSLO v1 and the checks of its SDK."""

    NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")

    def written(self):
        objectives = [
            orders(goal_ppm=600_000),
            orders(window="month", zone="Asia/Kathmandu")._replace(code="by_month"),
            orders(budgeting=SLICES, slice_goal_ppm=PPM)._replace(code="slices"),
            orders(measure=GAUGE, gauge="late", bound=1e-7)._replace(code="gauge"),
            orders(description="é" * 2000)._replace(code="long", name="n" * 100),
        ]
        return documents(*objectives, services=[Service("order_processing", "Orders")])

    def test_names_and_texts(self):
        for document in self.written().values():
            assert document["apiVersion"] == "openslo/v1"
            metadata = document["metadata"]
            assert self.NAME.fullmatch(metadata["name"])
            assert len(metadata.get("displayName", "")) <= 63
            assert len(document["spec"].get("description", "")) <= 1050
            assert all(
                isinstance(text, str)
                for text in metadata.get("annotations", {}).values()
            )

    def test_objectives(self):
        for (kind, _name), document in self.written().items():
            if kind != "SLO":
                continue
            spec = document["spec"]
            (window,), (objective,) = spec["timeWindow"], spec["objectives"]
            assert window["isRolling"] == ("calendar" not in window)
            assert 0 <= objective["targetPercent"] < 100
            is_sliced = spec["budgetingMethod"] != "Occurrences"
            assert is_sliced == ("timeSliceWindow" in objective)
            has_goal = spec["budgetingMethod"] == "Timeslices"
            assert has_goal == ("timeSliceTarget" in objective)
            assert len(spec["indicator"]["spec"]) == 1
            assert self.NAME.fullmatch(spec["indicator"]["metadata"]["name"])

    def test_alerts_refer_to_what_is_there(self):
        written = self.written()
        for (kind, _name), document in written.items():
            spec = document["spec"]
            if kind == "SLO":
                for reference in spec["alertPolicies"]:
                    assert ("AlertPolicy", reference["alertPolicyRef"]) in written
            if kind == "AlertPolicy":
                (condition,), (target,) = (
                    spec["conditions"],
                    spec["notificationTargets"],
                )
                assert ("AlertCondition", condition["conditionRef"]) in written
                assert ("AlertNotificationTarget", target["targetRef"]) in written
