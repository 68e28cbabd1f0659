"""An incident is open, acknowledged, restored and closed, in this order."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from reliability_incident.lifecycle import (
    ACKNOWLEDGED,
    CLOSED,
    OPEN,
    RESTORED,
    Life,
    acknowledge,
    close,
    closes_itself,
    reopen,
    restore,
)

NOON = datetime(2026, 11, 27, 12)
ALLOWED = {
    (OPEN, ACKNOWLEDGED),
    (OPEN, RESTORED),
    (OPEN, CLOSED),
    (ACKNOWLEDGED, RESTORED),
    (ACKNOWLEDGED, CLOSED),
    (RESTORED, CLOSED),
    (RESTORED, OPEN),
    (RESTORED, ACKNOWLEDGED),
    (CLOSED, OPEN),
    (CLOSED, ACKNOWLEDGED),
}


def at(minutes):
    return NOON + timedelta(minutes=minutes)


NEW = Life(OPEN, NOON)


class TestAcknowledge:
    def test_the_first_acknowledgement_counts(self):
        twice = acknowledge(acknowledge(NEW, at(5)), at(9))
        assert twice == Life(ACKNOWLEDGED, NOON, at(5))

    def test_also_after_it_was_restored(self):
        late = acknowledge(restore(NEW, at(5)), at(9))
        assert (late.state, late.acknowledged) == (RESTORED, at(9))


class TestRestore:
    def test_the_stamp_is_the_begin_of_the_good_run(self):
        assert restore(NEW, at(7)).restored == at(7)

    def test_never_before_it_was_detected(self):
        assert restore(NEW, at(-3)).restored == NOON


class TestReopen:
    def test_the_impact_has_returned(self):
        life = reopen(restore(acknowledge(NEW, at(1)), at(7)))
        assert life == Life(ACKNOWLEDGED, NOON, at(1), reopened=1)

    def test_an_open_one_is_not_counted_again(self):
        assert reopen(NEW) == NEW


class TestClose:
    def test_closing_an_open_one_restores_it(self):
        assert close(NEW, at(9)) == Life(CLOSED, NOON, None, at(9), at(9))

    def test_tickets_close_themselves_a_day_after_they_were_restored(self):
        life = restore(NEW, at(0))
        day = 24 * 60
        assert not closes_itself(life, False, at(day - 1))
        assert closes_itself(life, False, at(day))
        assert not closes_itself(life, True, at(day)), "a page waits for a person"


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["acknowledge", "restore", "reopen", "close"]),
        st.integers(-60, 600),
    ),
    max_size=30,
)


@given(MOVES)
def test_any_signals_and_actions_in_any_order(moves):
    """Only allowed transitions, stamps in their order, also if clocks are set."""
    lives = [NEW]
    for name, minutes in moves:
        life = lives[-1]
        if name == "reopen":
            lives.append(reopen(life))
        else:
            move = {"acknowledge": acknowledge, "restore": restore, "close": close}
            lives.append(move[name](life, at(minutes)))
    for before, after in pairwise(lives):
        changed = before.state, after.state
        assert before.state == after.state or changed in ALLOWED
        assert after.reopened >= before.reopened
        assert before.acknowledged in (None, after.acknowledged)
    for life in lives:
        assert life.detected <= (life.acknowledged or life.detected)
        assert life.detected <= (life.restored or life.detected)
        assert (life.restored or NOON) <= (life.closed or datetime.max)
        assert bool(life.closed) == (life.state == CLOSED)
        assert bool(life.restored) == (life.state in (RESTORED, CLOSED))


@given(MOVES)
def test_a_repeated_move_changes_nothing(moves):
    life = NEW
    for name, minutes in moves:
        now = at(minutes)
        move = {
            "acknowledge": lambda one, now=now: acknowledge(one, now),
            "restore": lambda one, now=now: restore(one, now),
            "close": lambda one, now=now: close(one, now),
            "reopen": reopen,
        }[name]
        life = move(life)
        assert move(life) == life
