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
