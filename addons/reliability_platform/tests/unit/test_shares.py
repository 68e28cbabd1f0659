"""Shares of databases, and which of them take more than is fair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ...watch.shares import fair_share, find_greedy, shares

UNITS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 16), max_size=8)
FACTOR = st.floats(1, 10)


class TestShares:
    @given(UNITS)
    def test_together_they_are_all_that_is_in_use(self, units):
        found = shares(units)
        assert found.keys() == (units.keys() if sum(units.values()) else set())
        assert sum(found.values()) == pytest.approx(1 if found else 0)

    @given(UNITS)
    def test_the_fair_share_is_the_same_for_all_that_want_some(self, units):
        wanting = [used for used in units.values() if used >= 0.01]
        fair = fair_share(units)
        assert fair == (1 / len(wanting) if wanting else None)

    def test_a_database_that_got_nothing_may_want_some(self):
        assert fair_share({"a": 4.0}) == 1
        assert fair_share({"a": 4.0}, "b") == 1 / 2
        assert fair_share({"a": 4.0}, "a") == 1


class TestGreedyDatabases:
    def test_one_keeps_nearly_all_workers_busy(self):
        found = find_greedy({"flood": 3.9, "victim": 0.1}, "victim", 1.5)
        assert found.databases == {"flood": 3.9}
        assert (found.units, found.fair) == (3.9, 1 / 2)

    def test_no_database_is_its_own_neighbour(self):
        assert find_greedy({"flood": 3.9, "victim": 0.1}, "flood", 1.5) is None

    def test_a_database_that_gets_nothing_has_neighbours(self):
        assert find_greedy({"flood": 4.0}, "victim", 1.5).fair == 1 / 2

    def test_several_have_the_larger_part_together(self):
        units = {"one": 1.5, "two": 1.7, **dict.fromkeys("abcdefgh", 0.1)}
        found = find_greedy(units, "a", 1.5)
        assert list(found.databases) == ["two", "one"]

    def test_many_with_equal_shares_need_more_workers(self):
        assert find_greedy(dict.fromkeys("abcdefgh", 0.5), "a", 1.5) is None

    def test_requests_to_no_database_are_those_of_nobody(self):
        assert find_greedy({"other": 3.9, "victim": 0.1}, "victim", 1.5) is None
        units = {"other": 2.0, "flood": 1.9, "victim": 0.1}
        assert find_greedy(units, "victim", 1.0) is None

    def test_the_only_database_has_no_neighbours(self):
        assert find_greedy({"one": 4.0}, "one", 1) is None
        assert find_greedy({"one": 4.0}, None, 1) is None

    def test_nothing_is_in_use(self):
        assert find_greedy({}, "a", 1.5) is None

    @given(UNITS, st.sampled_from("abcdefghi"), FACTOR)
    def test_each_has_more_than_its_fair_share_and_all_more_than_half(
        self, units, db, factor
    ):
        found = find_greedy(units, db, factor)
        if found is None:
            return
        total = sum(units.values())
        assert db not in found.databases
        assert found.units > total / 2
        for used in found.databases.values():
            assert used / total > factor * found.fair

    @given(UNITS, st.sampled_from("abcdefghi"), FACTOR)
    def test_it_does_not_depend_on_the_number_of_workers(self, units, db, factor):
        coarse = {name: round(used) for name, used in units.items()}
        more = {name: 2 * used for name, used in coarse.items()}
        one, two = find_greedy(coarse, db, factor), find_greedy(more, db, factor)
        assert (one and list(one.databases)) == (two and list(two.databases))
