"""Tables whose dead rows stay, and tables that grow."""

from unittest import TestCase

from ...watch.postgres.tables import Table, find_problems, growth
from ...watch.thresholds import DEFAULTS

TABLE = Table(1, "stock_move", 100, 100_000, 0, None, True, 20_050.0)


class TestDeadRows(TestCase):
    def problems(self, *tables, off=(), due_before=("stock_move", "other")):
        found = find_problems(off, tables, set(due_before), DEFAULTS)
        return [(one.code, *one.names.values()) for one in found]

    def test_more_than_three_times_of_what_starts_a_vacuum_is_behind(self):
        self.assertEqual(self.problems(TABLE._replace(dead=60_150)), [])
        late = TABLE._replace(dead=60_151)
        self.assertEqual(self.problems(late), [("vacuum_behind", "stock_move")])

    def test_the_worst_table_is_named(self):
        others = TABLE._replace(dead=70_000), TABLE._replace(name="other", dead=80_000)
        self.assertEqual(self.problems(*others), [("vacuum_behind", "other")])

    def test_rows_that_just_died_are_no_problem_yet(self):
        self.assertEqual(self.problems(TABLE._replace(dead=90_000), due_before=()), [])

    def test_small_tables_are_no_problem(self):
        small = TABLE._replace(live=10, start=52.0)
        self.assertEqual(self.problems(small._replace(dead=10_000)), [])
        self.assertTrue(self.problems(small._replace(dead=10_001)))

    def test_autovacuum_is_off_for_a_table_with_many_dead_rows(self):
        off = TABLE._replace(has_autovacuum=False)
        self.assertEqual(self.problems(off), [])
        off = off._replace(dead=90_000)
        self.assertEqual(self.problems(off), [("vacuum_off", "stock_move")])

    def test_where_autovacuum_is_off_dead_rows_are_a_consequence(self):
        found = self.problems(TABLE._replace(dead=90_000), off=["autovacuum"])
        self.assertEqual(found, [("vacuum_off", "autovacuum")])


class TestTableGrowth(TestCase):
    def test_the_fastest_is_first(self):
        before = {"a": 100, "b": 100, "c": 100}
        now = {"a": 200, "b": 400, "c": 90}
        self.assertEqual(growth(now, before, 43_200), [["b", 600.0], ["a", 200.0]])

    def test_an_hour_is_needed(self):
        self.assertEqual(growth({"a": 2}, {"a": 1}, 3_599), [])
