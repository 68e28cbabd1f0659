"""A transaction is attributed to an activity only if no other one is possible."""

from unittest import TestCase

from ...telemetry.activity import Activity, named
from ...telemetry.events import Series

REQUEST = Series("http", "db", ("/web/call", "POST", "", ""), 2.0)
CRON = Series("cron", "db", ("stock.valuation",), 60.0)
CONFIRM = Series("operation", "db", ("sales", "confirm", "1", "WH", ""), 3.0)
VALIDATE = Series("operation", "db", ("stock", "validate", "1", "WH", ""), 3.0)


class TestTransactionIsAttributed(TestCase):
    def assert_named(self, expected, *calls, age=5.0, db="db"):
        activities = [Activity(*call) for call in calls]
        self.assertEqual(named(activities, db, age), expected)

    def test_to_the_operation_before_its_request(self):
        self.assert_named(CONFIRM, (REQUEST, 6, 0), (CONFIRM, 5, 0))

    def test_to_the_outer_of_two_nested_operations(self):
        self.assert_named(CONFIRM, (REQUEST, 6, 0), (CONFIRM, 5, 0), (VALIDATE, 4, 1))

    def test_to_the_last_of_two_successive_operations(self):
        calls = (REQUEST, 6, 0), (CONFIRM, 5, 0), (VALIDATE, 2, 0)
        self.assert_named(VALIDATE, *calls)

    def test_to_the_scheduled_action_before_the_operations_that_it_calls(self):
        self.assert_named(CRON, (CRON, 60, 0), (CONFIRM, 5, 0), age=50)

    def test_to_the_request_without_an_operation(self):
        self.assert_named(REQUEST, (REQUEST, 6, 0))

    def test_to_nothing_without_activities(self):
        self.assert_named(None)

    def test_to_nothing_in_another_database(self):
        self.assert_named(None, (REQUEST, 6, 0), (CONFIRM, 5, 0), db="other")

    def test_to_nothing_if_it_began_before_the_request(self):
        self.assert_named(None, (REQUEST, 6, 0), (CONFIRM, 5, 0), age=600)

    def test_to_nothing_if_two_threads_are_possible(self):
        self.assert_named(None, (REQUEST, 9, 0), (REQUEST, 8, 0), (CONFIRM, 7, 0))

    def test_to_the_only_thread_that_is_old_enough(self):
        self.assert_named(CRON, (CRON, 60, 0), (REQUEST, 3, 0), age=50)
