"""Days follow the time zone of users, also when clocks change."""

from datetime import date, datetime
from unittest import TestCase

from ...models.local_day import LocalDay

NOON = datetime(2026, 3, 2, 12)


class TestLocalDay(TestCase):
    def test_has_23_or_25_hours_when_clocks_change(self):
        spring = LocalDay.on(date(2026, 3, 29), "Europe/Berlin")
        autumn = LocalDay.on(date(2026, 10, 25), "Europe/Berlin")
        self.assertEqual(len(spring.starts(3600)), 23)
        self.assertEqual(len(autumn.starts(3600)), 25)
        self.assertEqual(len(autumn.weeks_before(1).starts(900)), 96)

    def test_begins_at_local_midnight(self):
        day = LocalDay.containing(NOON, "Asia/Kolkata")
        self.assertEqual(str(day.begin), "2026-03-01 18:30:00")

    def test_has_the_hours_and_quarters_of_rollups(self):
        day = LocalDay.containing(NOON, "Asia/Kathmandu")  # midnight is at 18:15 UTC
        hours, quarters = day.starts(3600), day.starts(900)
        self.assertEqual(str(hours[0]), "2026-03-01 19:00:00")
        self.assertEqual(str(hours[-1]), "2026-03-02 18:00:00")
        self.assertEqual(quarters[0], day.begin)
        self.assertEqual((len(hours), len(quarters)), (24, 96))
