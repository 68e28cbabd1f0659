"""The problems of PgBouncer, by what its console reports."""

from unittest import TestCase

from ...watch.pgbouncer import PgBouncerState, Pool, find_problems, make_watches

POOL = Pool("one", "odoo", active=5, waiting=3, servers=5, size=5, wait=4.0)


class TestPgBouncerProblems(TestCase):
    def problems(self, *pools, **state):
        state = {"clients": 8, "max_clients": 100, **state}
        return find_problems(PgBouncerState(version="1", pools=pools, **state), 2.0)

    def codes(self, *pools, **state):
        return [problem.code for problem in self.problems(*pools, **state)]

    def test_clients_that_wait_less_than_the_threshold_are_no_problem(self):
        self.assertEqual(self.codes(), [])
        self.assertEqual(self.codes(POOL._replace(wait=1.9)), [])

    def test_the_database_that_waits_longest_is_named(self):
        (problem,) = self.problems(POOL, POOL._replace(database="two", wait=9.5))
        self.assertEqual((problem.code, problem.seconds), ("pgbouncer_waits", 9.5))
        self.assertEqual(problem.numbers, {"clients": 6, "size": 5, "paused": 0})
        self.assertEqual(problem.names, {"database": "two"})

    def test_without_connections_to_postgresql_the_problem_is_not_pgbouncers(self):
        self.assertEqual(self.codes(POOL._replace(servers=0)), [])

    def test_a_paused_database_is_a_problem(self):
        (problem,) = self.problems(POOL._replace(servers=0, is_paused=True))
        self.assertEqual(problem.numbers["paused"], 1)

    def test_its_clients_are_as_many_as_there_may_be(self):
        self.assertEqual(self.codes(clients=100), ["pgbouncer_full"])
        full = find_problems(PgBouncerState(is_full=True), 2.0)
        self.assertEqual([problem.code for problem in full], ["pgbouncer_full"])

    def test_one_that_is_down_has_no_other_problem(self):
        (problem,) = find_problems(PgBouncerState("Connection refused"), 2.0)
        self.assertEqual(problem.code, "pgbouncer_down")
        self.assertEqual(problem.names, {"error": "Connection refused"})

    def test_one_that_refuses_this_user_is_not_down(self):
        refused = PgBouncerState(missing=("pgbouncer_stats_users",))
        self.assertEqual(find_problems(refused, 2.0), [])


class TestMakeWatches(TestCase):
    def test_it_has_the_url_of_the_console(self):
        url = "postgresql://stats:secret@one:6432/pgbouncer"
        (watch,) = make_watches({"pgbouncer": url})
        self.assertEqual((watch.kind, watch.subject), ("pgbouncer", ""))
        self.assertEqual(make_watches({}), [])

    def test_an_invalid_url_is_not_used_and_logged_without_its_password(self):
        for url in ("http://:secret@one", "postgresql://", "postgresql://[secret"):
            with self.assertLogs(make_watches.__module__, "ERROR") as logs:
                self.assertEqual(make_watches({"pgbouncer": url}), [])
            self.assertNotIn("secret", logs.output[0])
