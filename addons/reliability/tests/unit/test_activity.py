"""What a process does in a transaction is named where only one thing can be meant."""

from unittest import TestCase

from ...telemetry.activity import Activity, named
from ...telemetry.events import Series

REQUEST = Series("http", "db", ("/web/call", "POST", "", ""), 2.0)
CRON = Series("cron", "db", ("stock.valuation",), 60.0)
CONFIRM = Series("operation", "db", ("sales", "confirm", "1", "WH", ""), 3.0)
VALIDATE = Series("operation", "db", ("stock", "validate", "1", "WH", ""), 3.0)


class TestATransactionIsNamed(TestCase):
    def assert_named(self, expected, *doing, age=5.0, db="db"):
        self.assertEqual(named([Activity(*of) for of in doing], db, age), expected)

    def test_by_the_operation_rather_than_by_the_request(self):
        self.assert_named(CONFIRM, (REQUEST, 6, 0), (CONFIRM, 5, 0))

    def test_by_the_outer_of_two_operations(self):
        self.assert_named(CONFIRM, (REQUEST, 6, 0), (CONFIRM, 5, 0), (VALIDATE, 4, 1))

    def test_by_the_last_of_two_that_follow_each_other(self):
        doing = (REQUEST, 6, 0), (CONFIRM, 5, 0), (VALIDATE, 2, 0)
        self.assert_named(VALIDATE, *doing)

    def test_by_the_scheduled_action_rather_than_by_what_it_calls(self):
        self.assert_named(CRON, (CRON, 60, 0), (CONFIRM, 5, 0), age=50)

    def test_by_the_request_where_nothing_else_is_known(self):
        self.assert_named(REQUEST, (REQUEST, 6, 0))

    def test_not_where_nothing_is_known(self):
        self.assert_named(None)

    def test_not_where_it_is_of_another_database(self):
        self.assert_named(None, (REQUEST, 6, 0), (CONFIRM, 5, 0), db="other")

    def test_not_where_it_is_left_over_from_before_the_request(self):
        self.assert_named(None, (REQUEST, 6, 0), (CONFIRM, 5, 0), age=600)

    def test_not_where_two_threads_could_be_meant(self):
        self.assert_named(None, (REQUEST, 9, 0), (REQUEST, 8, 0), (CONFIRM, 7, 0))

    def test_by_the_request_that_alone_of_two_is_old_enough(self):
        self.assert_named(CRON, (CRON, 60, 0), (REQUEST, 3, 0), age=50)
