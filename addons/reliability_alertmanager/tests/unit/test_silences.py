"""There is one silence for each alert that somebody takes care of, while he does."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from reliability_alertmanager.silences import LEASE, RENEWED_BEFORE, changes

NOON = datetime(2026, 11, 29, 12)
ME = "odoo/shop"


class Server:
    """Keeps silences as Alertmanager does."""

    def __init__(self):
        self.silences = {}
        self._ids = map(str, itertools.count(1))

    def apply(self, found):
        for silence in found.set:
            silence_id = silence.get("id") or next(self._ids)
            status = {"state": "active"}
            self.silences[silence_id] = silence | {"id": silence_id, "status": status}
        for silence_id in found.end:
            self.silences[silence_id]["status"] = {"state": "expired"}

    def list(self):
        return list(self.silences.values())

    def active(self):
        """Return alert → end of its silence; fails where one has two."""
        active = [one for one in self.list() if one["status"]["state"] == "active"]
        found = {one["matchers"][0]["value"]: one["endsAt"] for one in active}
        assert len(found) == len(active)
        return found

    def follow(self, wanted, now=NOON):
        matchers = [(frozenset({("incident", name)}), "why") for name in wanted]
        found = changes(matchers, self.list(), ME, now)
        self.apply(found)
        return found


def text(moment):
    return moment.replace(tzinfo=UTC).isoformat()


def test_it_lasts_as_long_as_a_lease():
    server = Server()
    server.follow({"INC1"})
    assert server.active() == {"INC1": text(NOON + LEASE)}


def test_it_is_renewed_before_it_ends_and_stays_the_same():
    server = Server()
    server.follow({"INC1"})
    assert server.follow({"INC1"}, NOON + LEASE - RENEWED_BEFORE).set == []
    later = NOON + LEASE - RENEWED_BEFORE + timedelta(seconds=1)
    server.follow({"INC1"}, later)
    assert server.active() == {"INC1": text(later + LEASE)}
    assert list(server.silences) == ["1"]


def test_silences_of_others_stay():
    server = Server()
    server.follow({"INC1"})
    server.silences["1"]["createdBy"] = "an operator"
    assert server.follow(set()).end == []


def test_a_second_one_for_the_same_ends():
    server = Server()
    server.follow({"INC1"})
    server.silences["2"] = server.silences["1"] | {"id": "2"}  # killed after sending
    server.follow({"INC1"})
    assert set(server.active()) == {"INC1"}


def test_one_that_a_person_has_inverted_is_replaced():
    server = Server()
    server.follow({"INC1"})
    server.silences["1"]["matchers"][0]["isEqual"] = False
    server.follow({"INC1"})
    assert set(server.active()) == {"INC1"}
    assert server.silences["1"]["status"] == {"state": "expired"}


@given(st.lists(st.sets(st.sampled_from("ABCD")), min_size=1, max_size=10))
def test_exactly_what_is_wanted_is_silent(steps):
    server, now = Server(), NOON
    for wanted in steps:
        server.follow(wanted, now)
        assert set(server.active()) == wanted
        now += timedelta(minutes=20)
