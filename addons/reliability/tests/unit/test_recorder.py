"""The recorder loses no event, within bounds, also with threads and forks."""

import os
import signal
import sys
import threading
from unittest import TestCase
from unittest.mock import patch

from ...telemetry import families
from ...telemetry.events import Event, Series
from ...telemetry.families import FamilySpec
from ...telemetry.merge import MAX_CALLS
from ...telemetry.slots import recorder as recording
from ...telemetry.slots.file import IN_FLIGHT_ENTRIES, RING_EVENTS, SlotFile
from ...telemetry.slots.reader import Position, SlotReader
from ..recordings import FolderCase, events_in, record, run_in_child, series


class TestRecordedEventsAreRead(FolderCase, TestCase):
    def test_every_field_of_an_event(self):
        recorder = self.recorder()
        ticket = recorder.begin(series(), records=3, record_id=0, depth=2)
        event = Event(
            ticket.series, "rejected", 1e9, 1.5, 0.5, 0.25, 0.125, 7, 3, 42, 2, 1
        )
        recorder.finish(ticket, event)
        self.assertEqual(events_in(self.folder), [(series(), event)])

    def test_an_event_of_the_largest_number_of_calls(self):
        recorder = self.recorder()
        ticket = recorder.begin(series())
        event = Event(0, "success", 1e9, 1.5, call=ticket.call, calls=MAX_CALLS)
        recorder.finish(ticket, event)
        self.assertEqual(events_in(self.folder), [(series(), event)])

    def test_nothing_is_lost_between_two_readings(self):
        recorder = self.recorder()
        record(recorder)
        reader, position = SlotReader(self.folder / "slot-000"), Position()
        self.addCleanup(reader.close)
        read = len(reader.read(position).events)
        for _round in range(5):
            for _call in range(RING_EVENTS // 2):
                record(recorder)
            read += len(reader.read(position).events)
        self.assertEqual(read, 1 + 5 * (RING_EVENTS // 2))

    def test_events_overwritten_unread_are_counted(self):
        recorder = self.recorder()
        for _call in range(RING_EVENTS + 10):
            record(recorder)
        reader = SlotReader(self.folder / "slot-000")
        self.addCleanup(reader.close)
        reading = reader.read(Position())
        # One more than ten: the oldest one left may just be overwritten.
        self.assertEqual(reading.drops["unread"], 11)
        self.assertEqual(len(reading.events), RING_EVENTS - 1)


class TestASlotOfAnotherVersion(FolderCase, TestCase):
    """Its family had other labels in the code that leased it before."""

    def setUp(self):
        super().setUp()
        for known in (families._registered, families._learned):
            self.enterContext(patch.dict(known))

    def record(self, labels, *recorded):
        """Record calls with code whose family has these labels, and end its worker."""
        families._registered.pop("scan", None)
        families.register_family(FamilySpec("scan", "Scan", labels, ()))
        recorder = self.recorder()
        for values in recorded:
            record(recorder, Series("scan", "db", values, 1.0))
        recorder.close()

    def recorded(self):
        return [call_series.labels for call_series, _event in events_in(self.folder)]

    def test_each_call_counts_under_its_own_labels_without_one_of_the_labels(self):
        self.record(("device", "gate"), ("d1", "a"), ("d1", "b"))
        self.record(("device",), ("d1",), ("d2",), ("d3",))
        families._registered.pop("scan")
        self.assertEqual(
            self.recorded(),
            [("d1", "a"), ("d1", "b"), ("d1", ""), ("d2", ""), ("d3", "")],
        )

    def test_a_new_label_goes_on_with_the_series_that_do_not_have_it(self):
        self.record(("device",), ("d1",), ("d2",))
        self.record(("device", "gate"), ("d1", ""), ("d2", "a"), ("d2", ""))
        reader = SlotReader(self.folder / "slot-000")
        self.addCleanup(reader.close)
        reader.read(Position())
        self.assertEqual(len(reader._series), 3)

    def test_it_is_described_anew_also_when_it_records_no_new_series(self):
        self.record(("device",), ("d1",))
        self.record(("device", "gate"), ("d1", ""))
        families._registered.pop("scan")
        families._learned.clear()
        self.recorded()
        self.assertEqual(families.family("scan").labels, ("device", "gate"))

    def test_it_is_described_once_however_often_the_slot_is_leased(self):
        for _lease in range(2):
            self.record(("device",), ("d1",))
        reader = SlotReader(self.folder / "slot-000")
        self.addCleanup(reader.close)
        used = reader._slot.dictionary_use
        self.record(("device",), ("d1",))
        self.assertEqual(reader._slot.dictionary_use, used)


class TestBounds(FolderCase, TestCase):
    def test_thousands_of_calls_in_flight_are_all_counted(self):
        recorder = self.recorder()
        tickets = [recorder.begin(series()) for _call in range(3000)]
        for ticket in tickets:
            recorder.finish(
                ticket, Event(ticket.series, "success", 0, 0, call=ticket.call)
            )
        self.assertEqual(len(self.outcomes()), 3000)
        reader = SlotReader(self.folder / "slot-000")
        self.addCleanup(reader.close)
        unprotected = reader.read(Position()).drops["unprotected"]
        self.assertEqual(unprotected, 3000 - IN_FLIGHT_ENTRIES)

    def test_most_of_ten_thousand_label_values_are_counted_as_other(self):
        recorder = self.recorder()
        for number in range(10_000):
            record(recorder, series(f"operation {number}"))
        recorded = events_in(self.folder)
        names = {call_series.labels[1] for call_series, _event in recorded}
        self.assertIn("other", names)
        self.assertLessEqual(len(names), recording.MAX_SERIES + 1)
        self.assertLess(len(recorder._numbers), recording.MAX_SERIES + 2)
        record(recorder)
        size = sum(path.stat().st_size for path in self.folder.iterdir())
        self.assertLess(size, 2_000_000)

    def test_a_full_dictionary_loses_labels_but_no_call(self):
        recorder = self.recorder()
        for database in range(6):
            for number in range(600):
                record(recorder, series(f"operation {number}", db=f"db{database}"))
        recorded = events_in(self.folder)
        self.assertEqual(len(recorded), 3600)
        self.assertEqual(
            {call_series.db for call_series, _event in recorded},
            {f"db{n}" for n in range(6)},
        )


class TestThreadsAndForks(FolderCase, TestCase):
    def test_two_hundred_threads_share_a_recorder(self):
        recorder = self.recorder()
        self.addCleanup(threading.stack_size, threading.stack_size(256 * 1024))
        threads = [
            threading.Thread(target=lambda: [record(recorder) for _call in range(30)])
            for _thread in range(200)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        recorded = events_in(self.folder)
        self.assertEqual(len(recorded), 6000)
        self.assertEqual(len({event.call for _series, event in recorded}), 6000)

    def test_a_forked_child_records_into_its_own_slot(self):
        recorder = self.recorder()
        record(recorder)
        run_in_child(lambda: record(recorder, outcome="failed"))
        record(recorder)
        self.assertEqual(self.outcomes(), ["failed", "success", "success"])
        self.assertTrue((self.folder / "slot-001").exists())

    def test_a_call_that_began_before_a_fork_belongs_to_the_parent(self):
        recorder = self.recorder()
        ticket = recorder.begin(series())
        event = Event(ticket.series, "success", 0, 0, call=ticket.call)
        self.assertEqual(run_in_child(lambda: recorder.finish(ticket, event)), 0)
        self.assertEqual(self.outcomes(), [])
        recorder.finish(ticket, event)
        self.assertEqual(self.outcomes(), ["success"])

    def test_a_fork_while_another_thread_records_does_not_block_the_child(self):
        recorder = self.recorder()
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-5)  # so forks happen anywhere in the thread
        stop = threading.Event()

        def record_until_stopped():
            while not stop.is_set():
                record(recorder)

        thread = threading.Thread(target=record_until_stopped)
        thread.start()
        try:
            for _fork in range(25):
                self.assertEqual(run_in_child(lambda: record(recorder)), 0)
        finally:
            stop.set()
            thread.join()

    def test_a_living_child_does_not_hold_the_slot_of_its_parent(self):
        recorder = self.recorder()
        ticket = recorder.begin(series())
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            os.write(writer, b"." if ticket else b"")
            signal.pause()  # until it is killed
            os._exit(1)
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.kill, pid, signal.SIGKILL)
        os.read(reader, 1)
        recorder.close()
        self.assertEqual(self.outcomes(), ["killed"], "recovered while the child lives")

    def test_a_call_finished_during_an_append_is_appended_afterwards(self):
        """The garbage collector may close a cursor at any time."""
        recorder = self.recorder()
        tickets = [recorder.begin(series()) for _call in range(2)]
        events = [Event(t.series, "success", 0, 0, call=t.call) for t in tickets]
        append = SlotFile.append

        def append_with_garbage_collection(slot, event):
            SlotFile.append = append
            recorder.finish(tickets[1], events[1])
            append(slot, event)

        SlotFile.append = append_with_garbage_collection
        recorder.finish(tickets[0], events[0])
        recorded = [event.call for _series, event in events_in(self.folder)]
        self.assertEqual(recorded, [ticket.call for ticket in tickets])

    def test_a_deleted_file_is_replaced(self):
        recorder = self.recorder()
        record(recorder)
        os.unlink(self.folder / "slot-000")
        recorder._next_check = 0
        record(recorder, outcome="failed")
        self.assertEqual(self.outcomes(), ["failed"])
