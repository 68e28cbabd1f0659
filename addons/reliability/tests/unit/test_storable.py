"""Text of others can be stored, whatever it contains."""

import json
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...collector.collector import Collector
from ...telemetry.core_families import OPERATION
from ...telemetry.masking import masked
from ...telemetry.rollup import Batch
from ...telemetry.storable import shortened, storable
from ..recordings import FolderCase, record, series

ANY_TEXT = st.text(st.characters(codec=None))
"""With NUL and halves of surrogate pairs."""


class TestStorable(TestCase):
    """Only the characters that cannot be stored are replaced."""

    def test_half_of_a_surrogate_pair_is_replaced(self):
        self.assertEqual(storable("T\ud83d1"), "T\ufffd1")
        self.assertEqual(storable("T\ude00"), "T\ufffd")
        self.assertEqual(storable("T\ud83d"), "T\ufffd")

    def test_nul_is_replaced(self):
        self.assertEqual(storable("a\0b"), "a\ufffdb")
        self.assertEqual(storable("ä\0b"), "ä\ufffdb")

    def test_two_halves_are_the_character(self):
        self.assertEqual(storable("\ud83d\ude00"), "😀")

    def test_all_texts_of_a_message_are_replaced(self):
        message = {"key\0": ["\ud83d", {"a": ("\0", 1, None, 2.5, True)}]}
        expected = {"key\ufffd": ["\ufffd", {"a": ("\ufffd", 1, None, 2.5, True)}]}
        self.assertEqual(storable(message), expected)

    @given(ANY_TEXT)
    def test_the_result_is_text_of_utf_8_without_nul(self, text):
        self.assertNotIn("\0", storable(text))
        self.assertEqual(storable(text).encode().decode(), storable(text))
        self.assertEqual(storable(storable(text)), storable(text))

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
    def test_other_text_is_unchanged(self, text):
        self.assertEqual(storable(text), text)

    @given(ANY_TEXT)
    def test_masked_text_can_be_stored(self, text):
        self.assertEqual(storable(masked(text)), masked(text))

    @given(st.text(st.characters(codec="utf-8")), st.integers(0, 20))
    def test_a_text_is_shortened_to_whole_characters(self, text, max_bytes):
        short = shortened(text, max_bytes)
        self.assertTrue(text.startswith(short))
        self.assertLessEqual(len(short.encode()), max_bytes)
        rest = text[len(short) :]
        self.assertTrue(not rest or len((short + rest[0]).encode()) > max_bytes)


class TestLabels(FolderCase, TestCase):
    """A label with such text is counted, shown and stored as any other."""

    def test_it_reaches_metrics_and_rollups(self):
        odd = series(operation="label\ud83d\0")
        record(self.recorder(), odd)
        collector = Collector(self.folder)
        self.addCleanup(collector.close)
        collector.cycle()
        labels = {
            sample.labels.get("operation")
            for family in collector.collect()
            for sample in family.samples
        }
        self.assertEqual(odd.family, OPERATION.name)
        self.assertIn("label\ufffd\ufffd", labels)
        ((_number, text),) = collector.pending(odd.db)[1]
        (row,) = Batch.loads(text).rows
        self.assertEqual(row.labels, storable(row.labels))
        json.dumps(row.labels, ensure_ascii=False).encode()
