from datetime import datetime
from unittest import TestCase

from ...telemetry.parameters import MomentParameter, NumberParameter, SwitchParameter


class TestAnyTextOfASystemParameter(TestCase):
    """Administrators can store any text; each is read in one way."""

    def test_a_switch_is_off_where_the_text_means_no(self):
        for text in ("", None, False, "0", "f", "False", " no ", "N", "off"):
            self.assertFalse(SwitchParameter("key").parse(text), text)
        for text in (True, "True", "1", "yes", "on", "off, please"):
            self.assertTrue(SwitchParameter("key").parse(text), text)

    def test_the_default_replaces_an_invalid_number(self):
        days = NumberParameter("key", 8, maximum=3660, minimum=2)
        for text in (
            "",
            None,
            False,
            "many",
            "-3",
            "1",
            "3661",
            "1e3",
            "²",
            "9" * 5000,
        ):
            self.assertEqual(days.parse(text), 8, text)
        for text in ("2", "3660", 30):
            self.assertEqual(days.parse(text), int(text))

    def test_a_moment_is_none_where_the_text_is_none(self):
        self.assertEqual(
            MomentParameter("key").parse("2026-11-28 09:47:00"),
            datetime(2026, 11, 28, 9, 47),
        )
        for text in ("", None, False, "yesterday", "2026-11-31 00:00:00", "0"):
            self.assertIsNone(MomentParameter("key").parse(text), text)
