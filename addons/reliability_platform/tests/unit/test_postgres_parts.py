"""Facts of PostgreSQL in which problems are found, and those without."""

from collections import deque
from unittest import TestCase

import psycopg2

from ...watch.postgres import refusal
from ...watch.postgres.commits import (
    Commit,
    Wait,
    find_slow,
    find_unconfirmed,
    synchronous_names,
)
from ...watch.postgres.connections import Group
from ...watch.postgres.connections import find as find_connections
from ...watch.postgres.consequences import without_consequences
from ...watch.postgres.temporary_files import Sample, found, rates
from ...watch.postgres.transactions import OpenTransaction
from ...watch.postgres.transactions import find as find_open
from ...watch.postgres.wraparound import Age
from ...watch.postgres.wraparound import find as find_wraparound
from ...watch.problem import Problem

MEGABYTE = 2**20


def codes(problems):
    return [problem.code for problem in problems]


class TestConnections(TestCase):
    def problems(self, used, limit=100):
        groups = [Group("shop", "odoo", used - 1, 7), Group("shop", "psql", 1, 0)]
        return find_connections(groups, limit, 85)

    def test_they_are_short_from_the_threshold_on(self):
        self.assertEqual(self.problems(84), [])
        (problem,) = self.problems(85)
        self.assertEqual(problem.code, "connections_short")
        numbers = {"used": 85, "limit": 100, "largest": 84, "idle": 7}
        self.assertEqual(problem.numbers, numbers)
        self.assertEqual(problem.names, {"database": "shop", "program": "odoo"})

    def test_they_are_used_up_where_only_those_of_superusers_are_left(self):
        self.assertEqual(codes(self.problems(99)), ["connections_short"])
        for used in (100, 102):
            self.assertEqual(codes(self.problems(used)), ["connections_used_up"])


class TestOpenTransactions(TestCase):
    def test_the_longest_is_named_and_the_oldest_snapshot_counts(self):
        report = OpenTransaction("shop", "odoo-7", True, False, 3600.0, 10)
        backup = OpenTransaction("shop", "pg_dump", False, False, 1800.0, 400)
        (problem,) = find_open([report, backup])
        numbers = {"transactions": 2, "held_back": 400, "idle": 1, "prepared": 0}
        self.assertEqual(problem.numbers, numbers)
        self.assertEqual(problem.names["program"], "odoo-7")
        self.assertEqual(problem.seconds, 3600)

    def test_none_is_no_problem(self):
        self.assertEqual(find_open([]), [])


class TestWraparound(TestCase):
    def problems(self, *ages):
        return find_wraparound([Age("shop", *age) for age in ages], 500)

    def test_fewer_transactions_are_left_than_the_threshold(self):
        stops_at = 2**31 - 1 - 3_000_000
        enough, short = stops_at - 500_000_000, stops_at - 499_999_999
        self.assertEqual(self.problems((False, enough, 2 * 10**9)), [])
        (problem,) = self.problems((False, short, 2 * 10**9))
        self.assertEqual(problem.code, "wraparound_near")
        self.assertEqual(problem.numbers["left"], 499_999_999)

    def test_autovacuum_has_not_frozen_at_twice_its_limit(self):
        self.assertEqual(self.problems((False, 399_999_999, 200_000_000)), [])
        (problem,) = self.problems((False, 400_000_000, 200_000_000))
        self.assertEqual(problem.code, "wraparound_near")

    def test_writes_are_refused_or_soon(self):
        for age in (2**31 - 6_000_000, 2**31 - 2_000_000):
            self.assertEqual(
                codes(self.problems((False, age, 2 * 10**8))), ["wraparound_stops"]
            )

    def test_multixacts_count_as_well_and_the_worst_is_found(self):
        (problem,) = self.problems(
            (False, 450_000_000, 200_000_000), (True, 1_900_000_000, 400_000_000)
        )
        self.assertEqual(problem.numbers["multixacts"], 1)


class TestTemporaryFiles(TestCase):
    def test_the_first_check_has_no_rate(self):
        self.assertEqual(rates([Sample(0, {"shop": 900 * MEGABYTE})]), {})
        self.assertEqual(found({}, 200).problems, [])

    def test_what_was_written_in_less_than_a_minute_is_that_of_a_minute(self):
        samples = [Sample(0, {"shop": 0}), Sample(10, {"shop": 40 * MEGABYTE})]
        self.assertEqual(rates(samples), {"shop": 40})

    def test_a_longer_time_is_divided(self):
        samples = [Sample(0, {"shop": 0}), Sample(300, {"shop": 500 * MEGABYTE})]
        self.assertEqual(rates(samples), {"shop": 100})

    def test_a_reset_of_statistics_and_a_new_database_are_no_event(self):
        samples = [
            Sample(0, {"shop": 900 * MEGABYTE}),
            Sample(30, {"shop": 5 * MEGABYTE, "copy": 900 * MEGABYTE}),
            Sample(60, {"shop": 8 * MEGABYTE, "copy": 900 * MEGABYTE}),
        ]
        self.assertEqual(rates(samples), {"shop": 3, "copy": 0})

    def test_the_worst_database_is_named(self):
        check = found({"shop": 201.0, "copy": 500.0, "test": 1.0}, 200)
        (problem,) = check.problems
        self.assertEqual(problem.names, {"database": "copy"})
        self.assertEqual(found({"shop": 200.0}, 200).problems, [])


class TestCommits(TestCase):
    def test_the_median_of_a_minute_is_slow(self):
        one_slow = deque([0.01] * 5 + [9.0])
        usually_slow = deque([0.01] * 2 + [0.2] * 4)
        self.assertEqual(find_slow(one_slow, 100), [])
        self.assertEqual(find_slow(deque([9.0] * 5), 100), [], "less than a minute")
        (problem,) = find_slow(usually_slow, 100)
        self.assertEqual(problem.numbers, {"milliseconds": 200})

    def test_a_commit_of_the_check_is_not_confirmed(self):
        waits = [Wait(7, "noon", 3.0)]
        problem = find_unconfirmed(Commit("0/0", 5.0, False), waits, [])
        self.assertEqual(problem.numbers, {"waiting": 2})
        self.assertIsNone(problem.seconds)

    def test_others_wait_although_the_check_does_not(self):
        """They may ask for more: that a standby has replayed it."""
        commit, new = Commit("0/0", 0.01, True), Wait(7, "noon", 80.0)
        self.assertIsNone(find_unconfirmed(commit, [new], []), "a long statement")
        self.assertIsNone(find_unconfirmed(commit, [new], [Wait(8, "noon", 4.0)]))
        problem = find_unconfirmed(commit, [new], [new])
        self.assertEqual(problem.numbers, {"waiting": 1})
        self.assertEqual(problem.seconds, 80)

    def test_names_of_synchronous_standbys(self):
        for setting, names in (
            ("", []),
            ("*", ["*"]),
            ("a", ["a"]),
            ("a, b", ["a", "b"]),
            ("2 (a, b)", ["a", "b"]),
            ("FIRST 1 (a,b)", ["a", "b"]),
            ('any 2 ("b c", "say ""x""", first)', ["b c", 'say "x"', "first"]),
        ):
            self.assertEqual(synchronous_names(setting), names, setting)


class TestConsequences(TestCase):
    def left(self, waiting, used):
        unconfirmed = Problem("commits_unconfirmed", numbers={"waiting": waiting})
        used_up = Problem("connections_used_up", numbers={"used": used})
        return codes(without_consequences([used_up, unconfirmed]))

    def test_connections_are_used_up_by_those_that_wait_for_a_standby(self):
        self.assertEqual(self.left(50, 100), ["commits_unconfirmed"])

    def test_few_that_wait_do_not_explain_it(self):
        both = ["connections_used_up", "commits_unconfirmed"]
        self.assertEqual(self.left(49, 100), both)


class TestRefusal(TestCase):
    def reason(self, text):
        return refusal.reason(psycopg2.OperationalError(text))

    def test_no_connection_is_left(self):
        for text in (
            "FATAL:  sorry, too many clients already",
            "FATAL:  remaining connection slots are reserved for non-replication"
            " superuser connections",
            'FATAL:  too many connections for role "odoo"',
        ):
            self.assertEqual(self.reason(text), refusal.USED_UP)

    def test_a_server_that_starts_or_ends_is_down(self):
        for text in (
            "FATAL:  the database system is starting up",
            "FATAL:  the database system is shutting down",
            "connection to server at 127.0.0.1 failed: Connection refused",
            "timeout expired",
        ):
            self.assertIsNone(self.reason(text))

    def test_a_role_that_may_not_connect_is_another_matter(self):
        for text in (
            'FATAL:  password authentication failed for user "odoo"',
            'FATAL:  database "postgres" does not exist',
            'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "odoo"',
        ):
            self.assertEqual(self.reason(text), refusal.NOT_ALLOWED)

    def test_in_another_language_it_has_another_reason(self):
        for text in (
            "FATAL:  das Datenbanksystem startet",
            "FATAL:  schon zu viele Verbindungen",
        ):
            self.assertEqual(self.reason(text), refusal.OTHER)

    def test_a_pooler_without_a_server_is_not_ready(self):
        for text in (
            "FATAL:  server login has been failing, cached error: connect failed"
            " (server_login_retry)",
            "FATAL:  query_wait_timeout",
        ):
            self.assertIsNone(self.reason(text))
