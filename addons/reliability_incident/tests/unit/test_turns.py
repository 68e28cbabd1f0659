"""The first items are always done, the others in turn."""

from hypothesis import given
from hypothesis import strategies as st
from reliability_incident.turns import in_turn


def test_as_many_as_there_are():
    assert in_turn("abcde", 3, 2, turn=7) == list("abcde")


def test_the_others_follow_each_other():
    turns = ["".join(in_turn("abcdefgh", 3, 2, turn)) for turn in range(4)]
    assert turns == ["abcde", "abcfg", "abchd", "abcef"]


@given(st.integers(1, 40), st.integers(0, 5), st.integers(1, 5), st.integers(0))
def test_each_has_its_turn_and_none_twice_in_one(count, always, others, begin):
    items = range(count)
    turns = [in_turn(items, always, others, begin + n) for n in range(count)]
    assert all(len(turn) == len(set(turn)) <= always + others for turn in turns)
    assert set().union(*turns) == set(items)
