"""Roll-outs that were seen and deployments that were reported are paired."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change.matching import Reported, Seen, has_code, match

NOON = datetime(2026, 11, 30, 12)
CODE, OTHER = "a1" * 20, "b2" * 20
IMAGE = "sha256:" + "0a" * 32


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def pipeline(begin=0, end=10, code=CODE, key="pipeline"):
    codes = (code,) if code else ()
    return Reported(key, at(begin), None if end is None else at(end), codes)


def roll_out(begin=5, end=8, code=CODE, key="roll-out"):
    return Seen(key, at(begin), at(end), (code,) if code else ())


class TestCode:
    @pytest.mark.parametrize("code", [CODE, CODE[:8], CODE[:7].upper()])
    def test_a_commit_may_be_shortened(self, code):
        assert has_code([code], ["", OTHER, CODE])

    @pytest.mark.parametrize("code", ["", "a1", CODE[:6], OTHER, IMAGE])
    def test_other_code(self, code):
        assert not has_code([code], [CODE, ""])

    def test_the_digest_of_an_image(self):
        assert has_code(["", IMAGE], [IMAGE])


class TestPairs:
    @pytest.mark.parametrize(
        ("begin", "end", "is_pair"),
        [
            (-20, -16, False),
            (-20, -14, True),
            (9, 9, True),
            (69, 75, True),
            (71, 75, False),
        ],
    )
    def test_without_code_they_happen_at_the_same_time(self, begin, end, is_pair):
        found = match([pipeline(code="")], [roll_out(begin, end)])
        assert bool(found) == is_pair

    def test_servers_may_load_the_same_code_days_later(self):
        day = 24 * 60
        assert match([pipeline()], [roll_out(6 * day, 6 * day)])
        assert not match([pipeline()], [roll_out(8 * day, 8 * day)])
        assert not match([pipeline()], [roll_out(-day, -day)]), "not by this pipeline"

    def test_the_same_code_comes_before_the_same_time(self):
        near, own = roll_out(1, code=OTHER, key="near"), roll_out(40, 41, key="own")
        assert match([pipeline()], [near, own]) == {"pipeline": "own"}

    def test_commits_of_other_repositories_are_known_only_by_the_time(self):
        assert match([pipeline()], [roll_out(code=OTHER)])

    def test_while_a_pipeline_runs_its_own_code_may_follow(self):
        assert not match([pipeline(end=None)], [roll_out(code=OTHER)])
        assert match([pipeline(end=None)], [roll_out(code="")])
        assert match([pipeline(end=None)], [roll_out()])

    def test_one_that_never_says_its_end_does_not_run_for_ever(self):
        late = 27 * 60
        assert not match([pipeline(end=None, code="")], [roll_out(late, late)])

    def test_a_roll_out_is_of_one_pipeline(self):
        both = [pipeline(code="", key="1"), pipeline(4, code="", key="2")]
        assert match(both, [roll_out()]) == {"2": "roll-out"}


minutes = st.integers(0, 300)
codes = st.sampled_from(["", CODE, OTHER])


@st.composite
def pipelines(draw):
    begin, length = draw(minutes), draw(st.none() | st.integers(0, 60))
    return begin, None if length is None else begin + length, draw(codes)


@st.composite
def roll_outs(draw):
    begin = draw(minutes)
    return begin, begin + draw(st.integers(0, 30)), draw(codes)


def named(make, found):
    return [make(*one, key=str(number)) for number, one in enumerate(found)]


class TestProperties:
    @given(st.lists(pipelines(), max_size=5), st.lists(roll_outs(), max_size=5))
    def test_each_is_in_one_pair_at_most(self, reported, seen):
        found = match(named(pipeline, reported), named(roll_out, seen))
        assert len(set(found.values())) == len(found)

    @given(
        st.lists(pipelines(), max_size=5), st.lists(roll_outs(), max_size=5), st.data()
    )
    def test_their_order_does_not_matter(self, reported, seen, data):
        reported, seen = named(pipeline, reported), named(roll_out, seen)
        others = (data.draw(st.permutations(one)) for one in (reported, seen))
        assert match(*others) == match(reported, seen)

    @given(
        st.lists(st.tuples(st.integers(-10, 50), st.booleans()), max_size=4), st.data()
    )
    def test_what_arrives_first_does_not_matter(self, worlds, data):
        """Each pipeline has one roll-out, and three hours to the next one."""
        arrivals = []
        for number, (delay, has_known_code) in enumerate(worlds):
            begin, code = number * 180, f"{number:040}" if has_known_code else ""
            arrivals.append(pipeline(begin, begin + 10, code, key=number))
            later = begin + delay
            arrivals.append(roll_out(later, later + 5, code, key=number))
        found = {}
        reported, seen = [], []
        for one in data.draw(st.permutations(arrivals)):
            (reported if isinstance(one, Reported) else seen).append(one)
            found |= match(
                [one for one in reported if one.key not in found],
                [one for one in seen if one.key not in found.values()],
            )
        assert found == {number: number for number in range(len(worlds))}
