"""What a thread leaves out of the record, and until when."""

import threading
from unittest import TestCase

from ...instrumentation.external_time import add_seconds, seconds_so_far
from ...instrumentation.unmeasured import (
    is_unmeasured,
    leave_out_request,
    unmeasured,
)


class TestBlocks(TestCase):
    def test_nothing_is_measured_until_the_block_ends(self):
        self.assertFalse(is_unmeasured())
        with unmeasured():
            self.assertTrue(is_unmeasured())
        self.assertFalse(is_unmeasured())

    def test_a_block_inside_another_ends_none_but_itself(self):
        with unmeasured():
            with unmeasured():
                self.assertTrue(is_unmeasured())
            self.assertTrue(is_unmeasured())
        self.assertFalse(is_unmeasured())

    def test_an_error_ends_the_block(self):
        for error in (ValueError, KeyboardInterrupt):
            with self.assertRaises(error), unmeasured():
                raise error
            self.assertFalse(is_unmeasured())

    def test_other_threads_are_measured(self):
        found = []
        with unmeasured():
            thread = threading.Thread(target=lambda: found.append(is_unmeasured()))
            thread.start()
            thread.join()
        self.assertEqual(found, [False])

    def test_time_that_it_waits_for_partner_systems_does_not_count(self):
        before = seconds_so_far()
        with unmeasured():
            add_seconds(2.0)
        add_seconds(0.5)
        self.assertEqual(seconds_so_far() - before, 0.5)


class TestRequests(TestCase):
    def test_outside_of_a_request_nothing_is_left_out(self):
        leave_out_request()
        self.assertFalse(is_unmeasured())
