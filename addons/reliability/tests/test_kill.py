"""A process can be killed at any instruction, and nothing is lost or counted twice.

Each test runs an action again and again in a child that is killed after so many
instructions: every number there is, or a few hundred of them where there are many.
"""

import os
import signal
import sys

from odoo.tests import tagged

from ..telemetry.collector import Collector
from ..telemetry.events import Event
from ..telemetry.recorder import Recorder
from .common import FolderCase, events_in, in_child, record, series


def run_traced(action, kill_after, recorder=None):
    """Run ``action`` in a child; kill it after so many instructions of the telemetry.

    :param recorder: a recorder that gets its slot before instructions are counted
    :return: how many instructions it executed, or ``None`` where it was killed
    """
    executed = 0
    reader, writer = os.pipe()

    def trace(frame, what, _argument):
        nonlocal executed
        if "telemetry" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        if what == "opcode":
            executed += 1
            if executed > kill_after:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    def traced():
        if recorder is not None:
            recorder._current_slot()
        sys.settrace(trace)
        action()
        sys.settrace(None)
        os.write(writer, str(executed).encode())

    try:
        status = in_child(traced)
        assert os.WIFSIGNALED(status) or status == 0, "the action itself failed"
        return None if os.WIFSIGNALED(status) else int(os.read(reader, 20))
    finally:
        os.close(reader)
        os.close(writer)


def points_of(action, recorder=None, most=150):
    """Return after how many instructions to kill an action: evenly spread."""
    total = run_traced(action, float("inf"), recorder)
    step = max(1, total // most)
    return range(0, total, step)


@tagged("-at_install", "post_install")
class TestAKillAtAnyInstruction(FolderCase):
    def test_while_a_call_is_recorded(self):
        """A call that was taken off counts once, whatever its worker was doing."""
        recorder = Recorder(self.folder)
        taken_off = self.folder / "taken_off"
        seen = set()

        def call():
            ticket = recorder.begin(series())
            taken_off.touch()
            recorder.returned(ticket)
            recorder.committing(ticket)
            event = Event(ticket.series, "success", 1.0, 0.1, call=ticket.call)
            recorder.finish(ticket, event)

        points = points_of(call, recorder, most=5000)
        self.assertEqual(points.step, 1, "every single instruction")
        for point in points:
            before = len(events_in(self.folder))
            taken_off.unlink(missing_ok=True)
            run_traced(call, point, recorder)
            new = events_in(self.folder)[before:]
            self.assertLessEqual(len(new), 1, f"twice, after {point}")
            if taken_off.exists():
                self.assertEqual(len(new), 1, f"lost, after {point}")
            seen.update(event.outcome for _series, event in new)
        self.assertEqual(seen, {"killed", "unknown", "success"})

    def test_while_what_a_dead_worker_left_is_settled(self):
        def die_in_flight():
            Recorder(self.folder).begin(series())
            os.kill(os.getpid(), signal.SIGKILL)

        def settle():
            Recorder(self.folder)._current_slot()

        in_child(die_in_flight)
        for point in points_of(settle):
            before = len(events_in(self.folder))
            in_child(die_in_flight)
            run_traced(settle, point)
            new = events_in(self.folder)[before:]
            self.assertEqual([event.outcome for _series, event in new], ["killed"])

    def test_while_the_collector_reads_and_saves(self):
        """No event is lost or counted twice, and no counter falls."""
        recorder = self.recorder()
        record(recorder)
        shown, recorded = 0, 1

        def collect():
            Collector(self.folder).cycle()

        for point in points_of(collect):
            record(recorder)
            recorded += 1
            run_traced(collect, point)
            collector = Collector(self.folder)
            self.assertTrue(collector.cycle())
            counted = sum(total.count for total in collector._totals.by_key.values())
            collector.close()
            self.assertEqual(counted, recorded, f"after {point}")
            self.assertGreater(counted, shown)
            shown = counted
