"""A day is what it is where people are."""

from datetime import date, datetime
from unittest import TestCase

from ...models.local_day import LocalDay

NOON = datetime(2026, 3, 2, 12)


class TestADay(TestCase):
    def test_is_as_long_as_it_is_where_people_are(self):
        spring = LocalDay.of(date(2026, 3, 29), "Europe/Berlin")
        autumn = LocalDay.of(date(2026, 10, 25), "Europe/Berlin")
        self.assertEqual(len(spring.starts(3600)), 23)
        self.assertEqual(len(autumn.starts(3600)), 25)
        self.assertEqual(len(autumn.before(1).starts(900)), 96)

    def test_begins_at_midnight_where_people_are(self):
        day = LocalDay.around(NOON, "Asia/Kolkata")
        self.assertEqual(str(day.begin), "2026-03-01 18:30:00")

    def test_has_the_hours_and_quarters_that_are_counted(self):
        day = LocalDay.around(
            NOON, "Asia/Kathmandu"
        )  # midnight is at a quarter past six
        hours, quarters = day.starts(3600), day.starts(900)
        self.assertEqual(str(hours[0]), "2026-03-01 19:00:00")
        self.assertEqual(str(hours[-1]), "2026-03-02 18:00:00")
        self.assertEqual(quarters[0], day.begin)
        self.assertEqual((len(hours), len(quarters)), (24, 96))
