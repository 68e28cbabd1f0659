"""An exchange is in time if it is delivered until its deadline."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.reliability_slo.tests.test_counting import HOUR, MINUTE, NOON

from ..measures import IN_TIME
from .exchanges import BEGIN, SECOND, ExchangeCase

DEADLINE = BEGIN + HOUR


@tagged("-at_install", "post_install")
class TestInTime(ExchangeCase):
    @classmethod
    def make_objective(cls, **values):
        return super().make_objective(**{"measure": IN_TIME} | values)

    def assert_counted(self, good, total, when=NOON + 2 * HOUR, slo=None):
        self.evaluate(when)
        self.assertEqual(self.sums(slo), (good, total))

    def test_at_the_deadline_is_in_time_and_a_second_later_is_not(self):
        self.succeed("order 1", deadline=DEADLINE, seconds=3600)
        self.assert_counted(1, 1)
        self.succeed("order 2", deadline=DEADLINE, seconds=3601)
        self.assert_counted(1, 2)

    def test_the_last_attempt_decides(self):
        self.refuse("order 1", deadline=DEADLINE, retried=True)
        self.succeed("order 1", number=2, when=DEADLINE + SECOND)
        self.assert_counted(0, 1)

    def test_what_failed_is_not_in_time(self):
        self.refuse("order 1", deadline=DEADLINE)
        self.assert_counted(0, 1, when=NOON + MINUTE)

    def test_what_is_open_when_its_deadline_passes_is_bad_without_being_written(self):
        self.refuse("order 1", deadline=DEADLINE, retried=True)
        self.assert_counted(0, 0, when=NOON + MINUTE)
        self.assert_counted(0, 0, when=DEADLINE)
        self.assert_counted(0, 1, when=DEADLINE + SECOND)
        self.assert_counted(0, 1, when=DEADLINE + MINUTE)

    def test_what_is_delivered_after_its_deadline_stays_bad(self):
        self.refuse("order 1", deadline=DEADLINE, retried=True)
        self.assert_counted(0, 1, when=DEADLINE + MINUTE)
        self.succeed("order 1", number=2, when=DEADLINE + MINUTE)
        self.assert_counted(0, 1, when=DEADLINE + 2 * MINUTE)

    def test_a_message_that_was_delayed_tells_that_it_was_in_time(self):
        self.attempt("order 1", deadline=DEADLINE)
        self.assert_counted(0, 1, when=DEADLINE + MINUTE)
        self.succeed("order 1", deadline=DEADLINE)
        self.assert_counted(1, 1, when=DEADLINE + 2 * MINUTE)

    def test_without_a_deadline_the_seconds_of_the_objective_decide(self):
        slo = self.make_objective(code="in_a_minute", bound=60)
        self.succeed("order 1", seconds=60)
        self.succeed("order 2", seconds=61)
        self.succeed("order 3", seconds=61, deadline=DEADLINE)
        self.assert_counted(2, 3, slo=slo)

    def test_the_seconds_of_the_objective_pass_without_being_written_too(self):
        slo = self.make_objective(code="in_a_minute", bound=60)
        self.attempt("order 1")
        self.assert_counted(0, 0, when=BEGIN + MINUTE, slo=slo)
        self.assert_counted(0, 1, when=BEGIN + MINUTE + SECOND, slo=slo)

    def test_without_either_it_does_not_count(self):
        self.succeed("order 1")
        self.attempt("order 2")
        self.assert_counted(0, 0)

    def test_a_clock_that_was_wrong_and_is_set_back_is_corrected(self):
        self.attempt("order 1", deadline=DEADLINE)
        self.assert_counted(0, 1, when=DEADLINE + HOUR)
        self.assert_counted(0, 0, when=NOON + MINUTE)

    def test_seconds_below_zero_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "within how many seconds"):
            self.slo.bound = -1
