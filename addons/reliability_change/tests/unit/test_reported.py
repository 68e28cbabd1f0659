"""Reports of a deployment are put together, in whichever order they arrive."""

import json
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from reliability_change.deployment_message import STATES, DeploymentReport, Requests
from reliability_change.reported import merge, outcome_of, values_of

NOON = datetime(2026, 11, 30, 12)


def report(state="succeeded", minutes=0, **values):
    at = NOON + timedelta(minutes=minutes)
    return DeploymentReport("ours", "1", state, at, "production", **values)


def put_together(*reports):
    known = {}
    for one in reports:
        known = merge(known, one)
    return known


def values(*reports):
    return values_of(put_together(*reports))


reports = st.builds(
    report,
    state=st.sampled_from(STATES),
    minutes=st.integers(0, 3),
    release=st.sampled_from(["", "19.0.4", "19.0.5"]),
    begin=st.none() | st.just(NOON),
    end=st.none() | st.just(NOON + timedelta(minutes=1)),
    scope=st.sampled_from(["full", "canary"]),
    is_unplanned=st.booleans(),
    requests=st.none() | st.builds(Requests, *3 * [st.integers(0, 12)]),
)


class TestOrder:
    @given(st.lists(reports, min_size=1, max_size=5), st.data())
    def test_it_does_not_matter_nor_does_sending_twice(self, sent, data):
        again = data.draw(st.lists(st.sampled_from(sent)))
        others = data.draw(st.permutations([*sent, *again]))
        assert put_together(*others) == put_together(*sent)

    def test_an_older_one_does_not_undo_a_newer_one(self):
        found = values(report(minutes=5), report("running", minutes=1))
        assert (found["state"], found["at"]) == ("succeeded", NOON.replace(minute=5))

    def test_within_a_second_a_deployment_goes_forward(self):
        assert values(report(), report("running"))["state"] == "succeeded"


class TestValues:
    def test_what_a_newer_one_does_not_say_stays(self):
        first = report("running", release="19.0.4", approver="bert", scope="canary")
        found = values(first, report(minutes=5, release="19.0.5"))
        assert (found["release"], found["approver"]) == ("19.0.5", "bert")
        assert found["scope"] == "canary"

    def test_what_none_says_is_nothing_or_the_default(self):
        found = values(report("planned"))
        assert found["release"] is found["begin"] is found["end"] is None
        assert (found["scope"], found["is_unplanned"]) == ("full", False)

    def test_nobody_has_counted_requests(self):
        assert values(report())["requests"] is None

    def test_who_counts_them_last_is_right(self):
        sent = [report(minutes=n, requests=Requests(20, n, n)) for n in (2, 1)]
        assert values(*sent, report(minutes=3))["requests"] == Requests(20, 2, 2)

    def test_they_are_stored_as_json(self):
        known = put_together(report(requests=Requests(20, 1, 0.4)))
        assert json.loads(json.dumps(known)) == known

    def test_it_begins_when_it_runs(self):
        assert values(report("running", minutes=2))["begin"] == NOON.replace(minute=2)

    def test_one_that_runs_again_has_not_ended(self):
        first = report("failed", end=NOON)
        found = values(first, report("running", minutes=9))
        assert found["end"] is None

    def test_one_that_was_replaced_has_succeeded(self):
        end = NOON.replace(minute=5)
        known = put_together(report(minutes=5, end=end), report("replaced", minutes=60))
        assert outcome_of(known) == "succeeded"
        assert values_of(known)["state"] == "replaced"
        assert values_of(known)["end"] == end

    def test_what_was_never_reported_otherwise_has_no_other_end(self):
        assert outcome_of(put_together(report("replaced"))) == "replaced"
