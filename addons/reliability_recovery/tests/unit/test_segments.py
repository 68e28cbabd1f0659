"""Names of WAL segments, and the ranges that they form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_recovery.segments import (
    Range,
    Segment,
    format_name,
    parse_name,
    ranges,
)

SIZES = st.sampled_from([2**20, 2**24, 2**26, 2**30])
SEGMENTS = st.builds(Segment, st.integers(1, 9), st.integers(0, 2**22))


def test_numbers_continue_in_the_next_log():
    last, first = "0000000100000000000000FF", "000000010000000100000000"
    assert parse_name(first).number - parse_name(last).number == 1


@given(SEGMENTS, SIZES)
def test_each_segment_has_a_name(segment, size):
    assert parse_name(format_name(segment, size), size) == segment


@pytest.mark.parametrize(
    "name", ["", "1" * 23, "1" * 25, "g" * 24, "00000001000000000000000a", None, 1]
)
def test_what_is_no_name(name):
    with pytest.raises(ValueError, match="WAL segment"):
        parse_name(name)


def test_a_name_of_segments_of_another_size():
    with pytest.raises(ValueError, match="this size"):
        parse_name("000000010000000000000100")


@given(st.lists(SEGMENTS))
def test_ranges_contain_each_segment_once(segments):
    found = ranges(segments)
    listed = [
        Segment(one.timeline, number)
        for one in found
        for number in range(one.first, one.last + 1)
    ]
    assert listed == sorted(set(segments))


def test_timelines_are_apart():
    found = ranges([Segment(1, 1), Segment(2, 2), Segment(1, 2)])
    assert found == [Range(1, 1, 2), Range(2, 2, 2)]
