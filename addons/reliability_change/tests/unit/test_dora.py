"""The five measures of DORA, against cases that were computed by hand."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change.dora import (
    CONFIRMED,
    SUGGESTED,
    Attribution,
    Commit,
    Deployment,
    Incident,
    Window,
    attribute,
    find_failures,
    measure,
)

NOON = datetime(2026, 11, 2, 12)  # a Monday
FOUR_WEEKS = Window(datetime(2026, 11, 2), datetime(2026, 11, 30))


def at(hours):
    return NOON + timedelta(hours=hours)


def deployment(key, hours=0.0, service="shipping", **values):
    return Deployment(key, service, at(hours), **values)


def incident(key="i", hours=1.0, restored=None, service="shipping", **values):
    end = None if restored is None else at(restored)
    return Incident(key, frozenset([service]), at(hours), end, **values)


def measured(*events):
    deployments = [one for one in events if isinstance(one, Deployment)]
    incidents = [one for one in events if isinstance(one, Incident)]
    return measure(deployments, incidents, FOUR_WEEKS)


class TestAttribution:
    """Which deployment an incident is due to."""

    def test_the_last_one_before_it_is_suggested(self):
        found = attribute([incident(hours=5)], [deployment("a"), deployment("b", 4)])
        assert found == (Attribution("i", "b", SUGGESTED),)

    def test_what_somebody_has_named_is_confirmed(self):
        deployments = [deployment("a"), deployment("b", 4)]
        found = attribute([incident(hours=5, cause="a")], deployments)
        assert found == (Attribution("i", "a", CONFIRMED),)

    @pytest.mark.parametrize(
        ("hours", "is_suggested"), [(0, False), (0.1, True), (24, True), (24.1, False)]
    )
    def test_within_24_hours_after_its_end(self, hours, is_suggested):
        found = attribute([incident(hours=hours)], [deployment("a")])
        assert bool(found) == is_suggested

    def test_also_what_began_during_its_roll_out(self):
        """It is due to this one rather than to the one before."""
        rolled_out = deployment("b", 4, begin=at(3))
        deployments = [deployment("a"), rolled_out]
        for hours, key in {2.9: "a", 3: "b", 3.5: "b", 28: "b"}.items():
            found = attribute([incident(hours=hours)], deployments)
            assert found == (Attribution("i", key, SUGGESTED),)
        assert attribute([incident(hours=28.1)], deployments) == ()

    def test_not_of_another_service(self):
        assert not attribute([incident()], [deployment("a", service="invoicing")])

    def test_not_one_that_did_not_succeed(self):
        found = attribute(
            [incident(hours=5)],
            [deployment("a"), deployment("b", 4, succeeded=False)],
        )
        assert found == (Attribution("i", "a", SUGGESTED),)

    def test_once_it_is_rejected_none_is_suggested(self):
        deployments = [deployment("a"), deployment("b", 4)]
        rejected = incident(hours=5, rejected=frozenset("b"))
        assert attribute([rejected], deployments) == ()

    def test_unless_a_later_one_becomes_known(self):
        deployments = [deployment("a"), deployment("b", 4)]
        rejected = incident(hours=5, rejected=frozenset("a"))
        assert attribute([rejected], deployments)[0].deployment == "b"


class TestChangeFailureRate:
    """Failed deployments of all, each counted once."""

    def test_without_deployments_there_is_none(self):
        assert measured(incident()).change_failures.ratio is None

    def test_six_incidents_of_two_deployments_of_five_are_40_percent(self):
        """The published example of Apache DevLake; incidents by deployments give 120 %.

        Of the six, five are due to one deployment.
        """
        deployments = [deployment(f"pipeline{n}") for n in (1, 2, 4, 6, 7)]
        causes = ["pipeline7"] * 5 + ["pipeline2"]
        incidents = [incident(str(n), cause=cause) for n, cause in enumerate(causes)]
        assert measured(*deployments, *incidents).change_failures == (2, 5, 0)
        assert measured(*deployments, *incidents).change_failures.ratio == 0.4

    def test_six_incidents_of_four_deployments_of_23_are_17_percent(self):
        """Incidents by deployments give 26.1 %."""
        deployments = [deployment(str(n), n) for n in range(23)]
        incidents = [incident(f"i{n}", n + 0.5) for n in (3, 7, 11, 15)]
        incidents += [incident("again", 7.8), incident("and again", 7.9)]
        share = measured(*deployments, *incidents).change_failures
        assert share == (4, 23, 4)
        assert round(100 * share.ratio, 1) == 17.4

    @pytest.mark.parametrize(
        ("values", "others", "reason"),
        [
            ({"is_failed": True}, [], "flagged"),
            ({"succeeded": False}, [], "broken"),
            ({}, [deployment("b", 30, rolls_back="a")], "rolled_back"),
            ({}, [deployment("b", 24, fixes="a")], "hot_fixed"),
        ],
    )
    def test_a_deployment_has_failed(self, values, others, reason):
        failures = find_failures([deployment("a", **values), *others], [])
        assert failures == {"a": ((reason,), False)}

    def test_a_hot_fix_after_more_than_24_hours_does_not_make_it_one(self):
        deployments = [deployment("a"), deployment("b", 24.1, fixes="a")]
        assert find_failures(deployments, []) == {}

    def test_a_rollback_counts_although_its_clock_is_behind(self):
        """It has ended before what it has undone, as its host says."""
        found = measured(deployment("a"), deployment("b", -1, rolls_back="a"))
        assert found.change_failures == (1, 2, 0)

    def test_a_failed_one_that_nobody_has_confirmed_is_counted_and_told_apart(self):
        assert measured(deployment("a"), incident()).change_failures == (1, 1, 1)
        confirmed = incident(cause="a")
        assert measured(deployment("a"), confirmed).change_failures == (1, 1, 0)

    def test_it_is_about_deployments_that_ended_in_the_window(self):
        found = measured(deployment("a", -12.1), deployment("b", 28 * 24 - 12))
        assert found.change_failures.whole == 0
        assert measured(deployment("a", -12)).change_failures.whole == 1

    def test_the_same_deployment_twice_counts_once(self):
        assert measured(*[deployment("a")] * 2).change_failures.whole == 1

    def test_a_link_to_itself_or_to_nothing_says_nothing(self):
        links = [deployment("a", rolls_back="a"), deployment("b", fixes="gone")]
        assert measured(*links).change_failures.part == 0


class TestLeadTime:
    """The median time from a commit until it runs in production."""

    def shipped(self, *commits, key="a", hours=0.0, **values):
        made = tuple(
            Commit(revision, None if when is None else at(when))
            for revision, when in commits
        )
        return deployment(key, hours, commits=made, **values)

    def test_the_median_over_all_commits(self):
        first = self.shipped(("r1", -10), ("r2", -2))
        second = self.shipped(("r3", 1), key="b", hours=5)
        assert measured(first, second).lead_time == (timedelta(hours=4), 3, 0, 0)

    def test_of_an_even_number_it_is_between_both(self):
        found = measured(self.shipped(("r1", -10), ("r2", -2)))
        assert found.lead_time.median == timedelta(hours=6)

    def test_a_commit_counts_where_it_was_shipped_first(self):
        again = self.shipped(("r1", -1), ("r2", 4), key="b", hours=5)
        found = measured(self.shipped(("r1", -1)), again)
        assert found.lead_time == (timedelta(hours=1), 2, 0, 0)

    def test_also_if_that_was_before_the_window(self):
        early = self.shipped(("r1", -50), hours=-48)
        found = measured(early, self.shipped(("r1", -50), key="b"))
        assert found.lead_time == (None, 0, 0, 0)

    def test_what_did_not_succeed_has_not_shipped_it(self):
        half = self.shipped(("r1", -1), succeeded=False)
        found = measured(half, self.shipped(("r1", -1), key="b", hours=5))
        assert found.lead_time == (timedelta(hours=6), 1, 0, 0)

    def test_without_times_there_is_none_and_what_is_missing_is_counted(self):
        found = measured(self.shipped(("r1", None), ("r2", 1)), deployment("apps"))
        assert found.lead_time == (None, 0, 1, 2)

    def test_a_rollback_ships_nothing_and_misses_nothing(self):
        found = measured(deployment("a", rolls_back="b"))
        assert found.lead_time == (None, 0, 0, 0)


class TestRecoveryTime:
    """The median time from a deployment that has failed until all is well."""

    def test_until_the_last_of_its_incidents_is_restored(self):
        events = deployment("a"), incident("i", 1, 2), incident("j", 2, 5)
        assert measured(*events).recovery_time == (timedelta(hours=5), 1, 0, 0)

    def test_while_one_is_open_it_is_missing(self):
        events = deployment("a"), incident("i", 1, 2), incident("j", 2)
        assert measured(*events).recovery_time == (None, 0, 0, 1)

    def test_without_incidents_until_it_is_undone(self):
        events = deployment("a"), deployment("b", 3, rolls_back="a")
        assert measured(*events).recovery_time == (timedelta(hours=3), 1, 0, 0)

    def test_not_by_a_rollback_that_fails_itself(self):
        failing = deployment("b", 3, rolls_back="a", succeeded=False)
        assert measured(deployment("a"), failing).recovery_time.median is None

    def test_by_clocks_that_differ_it_may_be_negative_and_is_left_out(self):
        events = deployment("a"), deployment("b", -1, rolls_back="a")
        assert measured(*events).recovery_time == (None, 0, 1, 0)

    def test_a_flag_alone_does_not_say_when(self):
        flagged = deployment("a", is_failed=True)
        assert measured(flagged).recovery_time == (None, 0, 0, 1)

    def test_nothing_failed(self):
        assert measured(deployment("a")).recovery_time == (None, 0, 0, 0)


class TestRework:
    """The share of deployments that an incident has made necessary."""

    def test_unplanned_ones_rollbacks_and_hot_fixes(self):
        events = [
            deployment("a"),
            deployment("b", 1, rolls_back="a"),
            deployment("c", 2, fixes="a"),
            deployment("d", 3, is_unplanned=True),
            deployment("e", 4),
        ]
        assert measured(*events).rework.ratio == 0.6

    def test_without_deployments_there_is_none(self):
        assert measured().rework.ratio is None


class TestFrequency:
    """How often something is deployed: its name is that of the median week."""

    @pytest.mark.parametrize(
        ("days", "median_days", "name"),
        [
            ([], 0, "rarely"),
            ([0], 0, "monthly"),
            ([0, 7], 0.5, "monthly"),
            ([0, 7, 14], 1, "weekly"),
            ([0, 1, 2, 7, 8, 9, 14, 15, 16], 3, "daily"),
            ([0, 1, 2, 3, 4, 5, 6], 0, "monthly"),
        ],
    )
    def test_by_days_with_a_deployment(self, days, median_days, name):
        found = measured(*(deployment(str(day), 24 * day) for day in days)).frequency
        assert found == (len(days), len(days) / 4, median_days, name)

    def test_several_on_one_day_are_one_day(self):
        days = [0, 7, 14]
        found = measured(
            *(deployment(f"{day}.{n}", 24 * day + n) for day in days for n in range(3))
        ).frequency
        assert (found.count, found.days, found.name) == (9, 1, "weekly")

    def test_a_day_begins_at_midnight_of_the_users(self):
        late = [Deployment(str(n), "s", datetime(2026, 11, 2, 23 + n)) for n in (-1, 0)]
        window = Window(datetime(2026, 11, 1, 23), datetime(2026, 11, 8, 23))
        berlin = ZoneInfo("Europe/Berlin")
        assert measure(late, [], window, berlin).frequency.days == 2
        assert measure(late, [], window).frequency.days == 1

    def test_in_less_than_a_week_it_has_no_name(self):
        window = Window(NOON, NOON + timedelta(days=5))
        found = measure([deployment("a")], [], window).frequency
        assert found == (1, pytest.approx(1.4), None, None)

    def test_in_less_than_four_weeks_monthly_is_not_known(self):
        window = Window(datetime(2026, 11, 2), datetime(2026, 11, 23))
        assert measure([deployment("a")], [], window).frequency.name is None


KEYS = st.sampled_from("abcdefgh")
LINKS = st.one_of(st.just(""), KEYS)
HOURS = st.integers(-30, 28 * 24).map(at)
COMMITS = st.builds(Commit, st.sampled_from("xyz"), st.none() | HOURS)
DEPLOYMENTS = st.lists(
    st.builds(
        Deployment,
        KEYS,
        st.sampled_from(["shipping", "invoicing"]),
        HOURS,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        LINKS,
        LINKS,
        st.lists(COMMITS, max_size=3).map(tuple),
        st.none() | HOURS,
    ),
    max_size=8,
)
INCIDENTS = st.lists(
    st.builds(
        Incident,
        st.sampled_from("ijklm"),
        st.frozensets(st.sampled_from(["shipping", "invoicing"]), min_size=1),
        HOURS,
        st.none() | HOURS,
        LINKS,
        st.frozensets(KEYS, max_size=2),
    ),
    max_size=6,
)


@given(DEPLOYMENTS, INCIDENTS, st.randoms())
def test_the_order_of_events_does_not_matter(deployments, incidents, random):
    found = measure(deployments, incidents, FOUR_WEEKS)
    shuffled = [random.sample(one, len(one)) for one in (deployments, incidents)]
    assert measure(*shuffled, FOUR_WEEKS) == found
    assert measure(deployments * 2, incidents * 2, FOUR_WEEKS) == found


@given(DEPLOYMENTS, INCIDENTS)
def test_ratios_are_from_0_to_1_and_durations_are_not_negative(deployments, incidents):
    found = measure(deployments, incidents, FOUR_WEEKS)
    for share in (found.change_failures, found.rework):
        assert 0 <= share.suggested <= share.part <= share.whole
        assert (share.ratio is None) == (not found.frequency.count)
        assert share.ratio is None or 0 <= share.ratio <= 1
    for durations in (found.lead_time, found.recovery_time):
        assert (durations.median is None) == (durations.count == 0)
        assert durations.median is None or durations.median >= timedelta()
    recovery = found.recovery_time
    parts = recovery.count, recovery.negative, recovery.missing
    assert sum(parts) == found.change_failures.part


@given(DEPLOYMENTS, INCIDENTS)
def test_another_incident_of_a_failed_deployment_changes_no_rate(
    deployments, incidents
):
    before = measure(deployments, incidents, FOUR_WEEKS)
    for key in find_failures(deployments, attribute(incidents, deployments)):
        more = Incident("new", frozenset(["shipping"]), NOON, NOON, key)
        after = measure(deployments, [*incidents, more], FOUR_WEEKS)
        assert after.change_failures[:2] == before.change_failures[:2]
        assert after.rework == before.rework
        assert after.lead_time == before.lead_time


@given(DEPLOYMENTS, INCIDENTS)
def test_each_incident_is_due_to_one_deployment_at_most(deployments, incidents):
    found = attribute(incidents, deployments)
    assert len({one.incident for one in found}) == len(found)
    by_key = {one.key: one for one in deployments}
    for one in found:
        if one.state == SUGGESTED:
            assert one.deployment in by_key
