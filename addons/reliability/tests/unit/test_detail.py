"""Details of calls: recorded before their events, and never at their cost."""

from unittest import TestCase
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from ...telemetry.detail import NO_DETAIL, Detail
from ...telemetry.events import Event
from ...telemetry.slots import lease
from ...telemetry.slots.reader import Position, SlotReader
from ..recordings import FolderCase, events_in, record, series

DETAIL = Detail("ValueError", "é" * 300, tuple(range(1, 501)))


class TestDetail(TestCase):
    @given(st.text(max_size=100), st.text(max_size=300), st.integers(1, 2**31 - 1))
    def test_it_is_the_same_after_a_slot_unless_it_cannot_be_stored(
        self, name, message, record_id
    ):
        detail = Detail(name, message, (record_id,))
        loaded = Detail.loads(detail.dumps())
        self.assertEqual(loaded.record_ids, (record_id,))
        self.assertNotIn("\0", loaded.error_class + loaded.error_message)
        if name.isascii() and "\0" not in name:
            self.assertEqual(loaded.error_class, name)

    def test_damaged_bytes_are_no_detail(self):
        for content in (b"", b"{", b"[]", b"[1, 2, 3]", b'["", "", 7]', b"\xff" * 9):
            self.assertEqual(Detail.loads(content), NO_DETAIL)


class TestRecordedDetails(FolderCase, TestCase):
    def setUp(self):
        super().setUp()
        self.events = self.recorder()

    def fail(self, detail=DETAIL):
        ticket = self.events.begin(series())
        self.events.explain(ticket, detail)
        event = Event(ticket.series, "failed", 1.0, 0.1, call=ticket.call)
        self.events.finish(ticket, event)

    def reader(self):
        reader = SlotReader(self.folder / "slot-000")
        self.addCleanup(reader.close)
        return reader

    def test_an_event_is_read_with_its_detail(self):
        record(self.events)
        self.fail()
        record(self.events)
        details = [event.detail for _series, event in events_in(self.folder)]
        self.assertEqual(details, [NO_DETAIL, DETAIL, NO_DETAIL])

    def test_a_successful_call_takes_one_place_of_the_ring(self):
        record(self.events)
        self.assertEqual(self.events._slot.head, 1)

    def test_the_places_of_a_detail_are_not_counted_as_unread(self):
        self.fail()
        reading = self.reader().read(Position())
        self.assertEqual(len(reading.events), 1)
        self.assertEqual(reading.drops["unread"], 0)

    def test_a_detail_and_its_event_may_be_read_one_after_the_other(self):
        ticket = self.events.begin(series())
        self.events.explain(ticket, DETAIL)
        reader, position = self.reader(), Position()
        self.assertEqual(reader.read(position).events, [])
        event = Event(ticket.series, "failed", 1.0, 0.1, call=ticket.call)
        self.events.finish(ticket, event)
        ((_series, read),) = reader.read(position).events
        self.assertEqual(read.detail, DETAIL)

    def test_too_many_details_in_a_second_are_left_out_and_no_event_is_lost(self):
        frozen = lease.boot_time()
        with patch.object(lease, "boot_time", return_value=frozen):
            for _call in range(500):
                self.fail()
        reading = self.reader().read(Position())
        self.assertEqual(reading.drops["unread"], 0)
        self.assertEqual(len(reading.events), 500)
        explained = [event.detail == DETAIL for _series, event in reading.events]
        self.assertTrue(explained[0])
        self.assertFalse(explained[-1])

    def test_a_call_that_has_ended_has_no_detail_any_more(self):
        ticket = record(self.events)
        self.events.explain(ticket, DETAIL)
        self.assertEqual(self.events._slot.head, 1)
