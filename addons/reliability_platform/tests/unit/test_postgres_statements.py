"""What statements have taken between two readings of ``pg_stat_statements``."""

from unittest import TestCase

from ...watch.postgres.statements import Reading, Taken, Total, find, readable, taken

SLOW, FAST = (5, 1), (5, 2)


class TestTaken(TestCase):
    def test_it_is_the_difference(self):
        before = Reading(0, 100, {SLOW: Total(80, 10, 10), FAST: Total(9, 900, 1)})
        after = Reading(60, 140, {SLOW: Total(110, 13, 16), FAST: Total(9, 900, 1)})
        self.assertEqual(taken(before, after), Taken(60, 40, {SLOW: Total(30, 3, 6)}))

    def test_what_is_new_has_taken_all(self):
        after = Reading(60, 104, {SLOW: Total(4, 2, 2)})
        self.assertEqual(
            taken(Reading(0, 100, {}), after).totals, {SLOW: Total(4, 2, 2)}
        )

    def test_after_a_reset_no_time_is_negative(self):
        before = Reading(0, 100, {SLOW: Total(80, 10, 10)})
        after = Reading(60, 3, {SLOW: Total(3, 2, 2)})
        self.assertEqual(taken(before, after), Taken(60, 3, {SLOW: Total(3, 2, 2)}))


class TestDominating(TestCase):
    def found(self, elapsed=60, seconds=50, slow=31, calls=10):
        totals = {SLOW: Total(slow, calls, 0), FAST: Total(5, 900, 0)}
        return find(Taken(elapsed, seconds, totals), 60)

    def test_one_has_more_than_the_threshold(self):
        self.assertEqual(
            self.found(),
            {
                SLOW: {
                    "share": 62,
                    "processors": 50 / 60,
                    "calls_per_minute": 10,
                    "milliseconds": 3100,
                }
            },
        )
        self.assertEqual(self.found(slow=30), {}, "no more than the threshold")

    def test_no_statement_dominates_where_half_a_processor_is_not_busy(self):
        self.assertEqual(self.found(elapsed=101), {})

    def test_one_call_is_over_and_a_few_seconds_are_too_short(self):
        self.assertEqual(self.found(calls=1), {})
        self.assertEqual(self.found(elapsed=3), {})

    def test_nothing_was_called(self):
        self.assertEqual(find(Taken(60, 0, {}), 60), {})


class TestText(TestCase):
    def test_it_is_one_line_and_cut(self):
        self.assertEqual(readable("SELECT 1\n  FROM x"), "SELECT 1 FROM x")
        text = readable("SELECT " + "x" * 300)
        self.assertEqual((len(text), text[-1]), (300, "…"))

    def test_values_are_not_shown(self):
        self.assertEqual(
            readable("UPDATE x SET name = 'O''Neil', y = $1"),
            "UPDATE x SET name = '…', y = $1",
        )
        self.assertEqual(readable("ALTER ROLE odoo PASSWORD 'secret'"), "ALTER")

    def test_a_text_that_may_not_be_read_is_empty(self):
        self.assertEqual(readable(None), "")
        self.assertEqual(readable("<insufficient privilege>"), "")
