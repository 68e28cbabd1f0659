"""Systems outside Odoo are notified of each state of an incident once, in order."""

from hypothesis import given
from hypothesis import strategies as st
from reliability_outbound.plan import (
    ACKNOWLEDGED,
    CLOSED,
    EVENTS,
    OPENED,
    RESTORED,
    WORSE,
    due_outside,
)

LIVES = st.lists(
    st.tuples(
        st.sampled_from(["open", "acknowledged", "restored", "closed"]),
        st.sampled_from(["ticket", "page"]),
    ),
    max_size=12,
)


def notified(*life, events=EVENTS):
    """Return what a system is notified of while an incident is in these states."""
    known = []
    for state, tier in life:
        known += [(event, tier) for event in due_outside(state, tier, known, events)]
    return [event for event, _tier in known]


def test_each_state_is_notified_of():
    life = ["open", "acknowledged", "restored", "closed"]
    expected = [OPENED, ACKNOWLEDGED, RESTORED, CLOSED]
    assert notified(*((state, "page") for state in life)) == expected


def test_a_ticket_that_becomes_a_page_is_worse():
    life = [("open", "ticket"), ("open", "page"), ("open", "page")]
    assert notified(*life) == [OPENED, WORSE]


def test_one_that_was_acknowledged_at_once_is_opened_first():
    assert notified(("acknowledged", "page")) == [OPENED, ACKNOWLEDGED]


def test_what_was_over_before_is_no_news():
    assert notified(("restored", "page"), ("closed", "page")) == []


@given(LIVES)
def test_nothing_is_said_twice_and_opened_comes_first(life):
    found = notified(*life)
    assert len(found) == len(set(found))
    assert found[:1] in ([], [OPENED])


@given(LIVES, st.sets(st.sampled_from(EVENTS)))
def test_only_what_the_system_wants(life, wanted):
    events = [OPENED, *wanted]
    assert set(notified(*life, events=events)) <= set(events)
