"""A process can be killed at any instruction: no event is lost or counted twice.

A kill leaves the files as they are at that instruction, and the kernel releases their
locks.  So a test runs an action once, and checks a copy of its files at each
instruction.
"""

import os
import shutil
import signal
import sys
from unittest import TestCase

from ...collector.collector import Collector
from ...telemetry.detail import Detail
from ...telemetry.events import Event
from ...telemetry.slots.recorder import Recorder
from ..recordings import (
    FolderCase,
    empty_folder,
    events_in,
    record,
    run_in_child,
    series,
)


class TestKillAtAnyInstruction(FolderCase, TestCase):
    def at_instructions(self, action, check, step=1):
        """Run an action; check a copy of its folder at instructions of the telemetry.

        :param check: a function of the copy and the number of executed instructions
        :param step: number of instructions between two checks
        """
        executed, failures = 0, []
        copy = empty_folder(self) / "copy"

        def trace(frame, what, _argument):
            nonlocal executed
            if "telemetry" not in frame.f_code.co_filename:
                return None
            frame.f_trace_opcodes = True
            if what == "opcode":
                if executed % step == 0 and not failures:
                    check_copy(executed)
                executed += 1
            return trace

        def check_copy(executed):
            try:
                shutil.copytree(self.folder, copy)
                check(copy, executed)
                shutil.rmtree(copy)
            except BaseException as error:  # raised here, it would end the action
                failures.append(error)

        sys.settrace(trace)
        try:
            action()
        finally:
            sys.settrace(None)
        if failures:
            raise failures[0]
        self.assertGreater(executed, 300, "instructions are not traced")

    def test_while_a_call_is_recorded(self):
        """A call counts once from its begin on, whatever its worker is doing."""
        recorder = self.recorder()
        recorder._current_slot()
        started, seen = False, set()

        def call():
            nonlocal started
            ticket = recorder.begin(series())
            started = True
            recorder.returned(ticket)
            recorder.committing(ticket)
            event = Event(ticket.series, "success", 1.0, 0.1, call=ticket.call)
            recorder.finish(ticket, event)

        def check(folder, executed):
            outcomes = [event.outcome for _series, event in events_in(folder)]
            self.assertLessEqual(len(outcomes), 1, f"twice, after {executed}")
            if started:
                self.assertEqual(len(outcomes), 1, f"lost, after {executed}")
            seen.update(outcomes)

        self.at_instructions(call, check)
        self.assertEqual(seen, {"killed", "unknown", "success"})

    def test_while_the_detail_of_a_failed_call_is_recorded(self):
        """The call counts once; its detail is whole, or there is none."""
        recorder = self.recorder()
        recorder._current_slot()
        ticket = recorder.begin(series())
        detail = Detail("ValueError", "x" * 100, (4, 7))
        seen = set()

        def fail():
            recorder.explain(ticket, detail)
            event = Event(ticket.series, "failed", 1.0, 0.1, call=ticket.call)
            recorder.finish(ticket, event)

        def check(folder, executed):
            ((_series, event),) = events_in(folder)
            self.assertIn(event.detail, (detail, Detail()), f"after {executed}")
            seen.add((event.outcome, event.detail == detail))

        self.at_instructions(fail, check)
        self.assertLessEqual({("killed", False), ("failed", True)}, seen)

    def test_while_the_slot_of_a_dead_worker_is_recovered(self):
        def die_in_flight():
            Recorder(self.folder).begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        def check(folder, executed):
            outcomes = [event.outcome for _series, event in events_in(folder)]
            self.assertEqual(outcomes, ["killed"], f"after {executed}")

        run_in_child(die_in_flight)
        self.at_instructions(self.recorder()._current_slot, check)

    def test_of_what_is_left_out_nothing_is_recorded(self):
        def die_in_flight():
            recorder = Recorder(self.folder)
            recorder.leave_out(recorder.begin(series("left out")))
            recorder.begin(series("measured"))
            os.kill(os.getpid(), signal.SIGKILL)

        run_in_child(die_in_flight)
        ((killed, event),) = events_in(self.folder)
        self.assertIn("measured", killed.labels)
        self.assertEqual(event.outcome, "killed")
        self.assertEqual(len(events_in(self.folder)), 1, "nothing is left in flight")

    def test_while_the_collector_reads_and_saves(self):
        """No event is lost or counted twice, and no counter falls."""
        recorder, collector = self.recorder(), Collector(self.folder)
        self.addCleanup(collector.close)
        record(recorder)
        self.assertTrue(collector.cycle())
        collector.close()
        record(recorder)

        def check(folder, executed):
            second = Collector(folder)
            self.assertTrue(second.cycle())
            counted = sum(total.count for total in second._totals.by_key.values())
            second.close()
            self.assertEqual(counted, 2, f"after {executed}")

        self.at_instructions(collector.cycle, check, step=20)
