"""A day is what it is where people are."""

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..models.day import Day
from .test_judge import NOON


@tagged("-at_install", "post_install")
class TestADay(TransactionCase):
    def test_is_as_long_as_it_is_where_people_are(self):
        spring = Day.of(fields.Date.to_date("2026-03-29"), "Europe/Berlin")
        autumn = Day.of(fields.Date.to_date("2026-10-25"), "Europe/Berlin")
        self.assertEqual(len(spring.starts(3600)), 23)
        self.assertEqual(len(autumn.starts(3600)), 25)
        self.assertEqual(len(autumn.before(1).starts(900)), 96)

    def test_begins_at_midnight_where_people_are(self):
        day = Day.around(NOON, "Asia/Kolkata")
        self.assertEqual(fields.Datetime.to_string(day.begin), "2026-03-01 18:30:00")

    def test_has_the_hours_and_quarters_that_are_counted(self):
        day = Day.around(NOON, "Asia/Kathmandu")  # midnight is at a quarter past six
        hours, quarters = day.starts(3600), day.starts(900)
        self.assertEqual(fields.Datetime.to_string(hours[0]), "2026-03-01 19:00:00")
        self.assertEqual(fields.Datetime.to_string(hours[-1]), "2026-03-02 18:00:00")
        self.assertEqual(quarters[0], day.begin)
        self.assertEqual((len(hours), len(quarters)), (24, 96))
