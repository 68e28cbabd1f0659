"""What is not measured leaves no trace in Odoo, and nothing else is missed."""

import contextlib
import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, http
from odoo.service import model as service_model
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..instrumentation.external_time import add_seconds
from ..instrumentation.measure import done_ids, mark_done
from ..instrumentation.operation import Operation
from ..instrumentation.recording import recorder
from ..instrumentation.span import Span, record
from ..instrumentation.unmeasured import (
    is_unmeasured,
    leave_out_request,
    unmeasured,
)
from ..telemetry.events import Series
from ..telemetry.slots.file import LEFT_OUT, RUNNING
from .common import PROBE, CommittedCase, measured
from .recordings import events_in
from .test_cron import CronCase
from .test_http import RequestCase

OTHER = Operation(get_db_name(), "sales", "other", 1.0)
CRON = Series("cron", get_db_name(), ("probe",), 1.0)


def work(_records):
    """Do what users do."""


class UnmeasuredCase(CommittedCase):
    def call(self, method=work):
        """Call a function as a measured method, in a transaction of its own."""
        with self.committed() as env:
            return measured(method)(env["res.partner"].browse([1]))

    def assert_calls(self, *outcomes):
        self.assertEqual(self.outcomes_of(PROBE.name), list(outcomes))
        self.assertFalse(self.in_flight())


@tagged("-at_install", "post_install")
class TestCalls(UnmeasuredCase):
    def test_a_call_inside_is_not_recorded_and_one_after_it_is(self):
        with unmeasured():
            self.assertTrue(self.call(lambda _records: is_unmeasured()))
        self.assert_calls()
        self.call()
        self.assert_calls("success")

    def test_after_an_error_calls_are_recorded_again(self):
        with self.assertRaises(ValueError), unmeasured():
            self.call()
            raise ValueError
        self.call()
        self.assert_calls("success")

    def test_a_call_that_fails_or_is_rolled_back_is_not_recorded(self):
        def fail(_records):
            raise KeyError

        with unmeasured():
            with contextlib.suppress(KeyError):
                self.call(fail)
            with self.cursor() as cr:
                measured(work)(api.Environment(cr, SUPERUSER_ID, {})["res.partner"])
                cr.rollback()
        self.assert_calls()

    def test_a_call_of_another_thread_is_recorded(self):
        with unmeasured():
            thread = threading.Thread(target=self.call)
            thread.start()
            thread.join()
        self.assert_calls("success")

    def test_a_call_that_began_before_is_recorded_without_what_is_inside(self):
        def rehearse(partners):
            with unmeasured():
                add_seconds(5.0)
                mark_done(partners, PROBE.name)
                measured(work, OTHER)(partners)
            return done_ids(partners.env, PROBE.name)

        self.assertEqual(self.call(rehearse), set())
        self.assert_calls("success")
        (event,) = self.recorded(PROBE.name)
        self.assertEqual(event.external, 0)
        self.assertFalse(self.recorded(OTHER.name))

    def test_a_call_whose_transaction_ends_inside_is_recorded(self):
        with self.committed() as env:
            measured(work)(env["res.partner"])
            with unmeasured():
                env.cr.commit()
        self.assert_calls("success")

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_attempts_of_what_odoo_repeats_are_not_recorded(self):
        change = "UPDATE res_partner SET comment = %s WHERE id = 1"
        attempts = []

        def write(records):
            attempts.append(1)
            records.env.cr.execute("SELECT 1")
            if len(attempts) == 1:
                with self.cursor() as other:
                    other.execute(change, ["first"])
            records.env.cr.execute(change, ["second"])

        with unmeasured(), self.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            method = measured(write)
            service_model.retrying(lambda: method(env["res.partner"]), env)
        self.assertEqual(len(attempts), 2)
        self.assert_calls()


@tagged("-at_install", "post_install")
class TestEvents(UnmeasuredCase):
    def outcomes(self):
        return [event.outcome for _series, event in events_in(recorder().folder)]

    def test_an_event_and_a_span_inside_are_not_recorded(self):
        with unmeasured():
            record(CRON)
            span = Span(CRON)
            span.relabel(CRON._replace(labels=("other",)))
        span.end("success")
        self.assertEqual(self.outcomes(), [])
        self.assertFalse(self.in_flight())

    def test_a_span_that_began_before_is_recorded(self):
        span = Span(CRON)
        with unmeasured():
            span.end("failed", ValueError("no"))
        self.assertEqual(self.outcomes(), ["failed"])


@tagged("-at_install", "post_install")
class TestRequests(RequestCase):
    def send_with(self, action):
        """Send a request in which an action runs, and return the status."""

        def dispatch(*arguments):
            action()
            return pre_dispatch(*arguments)

        pre_dispatch = http.HttpDispatcher.pre_dispatch
        with patch.object(http.HttpDispatcher, "pre_dispatch", dispatch):
            return self.send("/web/login").status_code

    def call(self):
        with self.committed() as env:
            measured(work)(env["res.partner"])

    def leave_out_and_call(self):
        leave_out_request()
        self.call()

    def test_a_request_that_is_left_out_is_not_recorded(self):
        self.assertEqual(self.send_with(self.leave_out_and_call), 200)
        self.assertFalse(self.requests())
        self.assertFalse(self.recorded(PROBE.name))
        self.assertFalse(self.in_flight())

    def test_it_is_left_out_if_its_worker_is_killed_and_keeps_it_busy(self):
        phases = []

        def leave_out():
            phases.append(self.phases())
            leave_out_request()
            phases.append(self.phases())

        self.send_with(leave_out)
        self.assertEqual(phases, [[RUNNING], [LEFT_OUT]])
        self.assertFalse(self.in_flight())

    def phases(self):
        return [entry.phase for entry in self.in_flight()]

    def test_the_next_request_of_the_thread_is_recorded(self):
        self.send_with(self.leave_out_and_call)
        self.send_with(self.call)
        self.assertEqual(len(self.requests()), 1)
        self.assertEqual(self.outcomes_of(PROBE.name), ["success"])

    def test_what_the_request_did_before_is_recorded(self):
        def call_and_leave_out():
            self.call()
            self.leave_out_and_call()

        self.send_with(call_and_leave_out)
        self.assertFalse(self.requests())
        self.assertEqual(self.outcomes_of(PROBE.name), ["success"])

    def test_a_block_that_ends_in_the_request_does_not_end_it(self):
        def leave_out_in_a_block():
            with unmeasured():
                leave_out_request()
            self.call()

        self.send_with(leave_out_in_a_block)
        self.assertFalse(self.requests() or self.recorded(PROBE.name))

    def test_a_block_around_it_goes_on_after_it(self):
        with unmeasured():
            self.send_with(leave_out_request)
            self.assertTrue(is_unmeasured())
            self.call()
        self.assertFalse(is_unmeasured())
        self.assertFalse(self.requests() or self.recorded(PROBE.name))

    @mute_logger("odoo.http")
    def test_one_that_fails_is_left_out_too(self):
        def fail():
            leave_out_request()
            raise ValueError

        self.assertEqual(self.send_with(fail), 500)
        self.assertFalse(self.requests())
        self.send("/web/login")
        self.assertEqual(len(self.requests()), 1)

    def test_outside_of_a_request_nothing_is_left_out(self):
        leave_out_request()
        self.call()
        self.assertEqual(self.outcomes_of(PROBE.name), ["success"])


@tagged("-at_install", "post_install")
class TestScheduledActions(CronCase):
    def test_a_run_inside_is_not_recorded(self):
        with unmeasured():
            stored = self.run_now(self.make("x = 1"))
        self.assertEqual(stored["failure_count"], 0)
        self.assertFalse(self.of_family("cron") or self.of_family("cron_delay"))

    def test_the_run_around_it_has_its_own_outcome(self):
        inner, outer = self.make("1 / 0"), self.make("x = 1")
        callback = self.registry()["ir.cron"]._callback

        def run_inner(cron, *arguments):
            if cron.id == outer:
                with unmeasured():
                    self.run_now(inner)
            return callback(cron, *arguments)

        with patch.object(self.registry()["ir.cron"], "_callback", run_inner):
            self.run_now(outer)
        ((series, event),) = self.of_family("cron")
        self.assertEqual(series.labels[0], f"cron_{outer}")
        self.assertEqual(event.outcome, "success")
