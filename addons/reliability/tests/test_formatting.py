"""Times and days in sentences."""

from datetime import date, datetime

from odoo.tests import TransactionCase, freeze_time, tagged

from ..models import formatting

NOON = datetime(2026, 1, 1, 12)


@tagged("-at_install", "post_install")
class TestMoments(TransactionCase):
    """A time has its date if that is not today, and its year if that is another one."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOON))

    def moment(self, *moment, **context):
        self.env.user.tz = context.get("tz", "UTC")
        return formatting.moment(self.env(context=context), datetime(*moment))

    def test_today(self):
        self.assertEqual(self.moment(2026, 1, 1, 9, 5), "09:05")

    def test_another_day(self):
        self.assertEqual(self.moment(2026, 3, 2, 9, 5), "2 Mar, 09:05")

    def test_another_year(self):
        self.assertEqual(self.moment(2025, 12, 31, 9, 5), "31 Dec 2025, 09:05")
        self.assertEqual(self.moment(2027, 1, 1, 9, 5), "1 Jan 2027, 09:05")

    def test_the_year_is_that_of_the_reader(self):
        self.assertEqual(self.moment(2025, 12, 31, 16, tz="Asia/Tokyo"), "01:00")
        new_york = {"tz": "America/New_York"}
        self.assertEqual(self.moment(2026, 1, 1, 2, **new_york), "31 Dec 2025, 21:00")

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("de_DE")
        german = {"lang": "de_DE"}
        self.assertEqual(self.moment(2025, 12, 31, 9, **german), "31 Dez. 2025, 09:00")

    def test_a_day(self):
        self.assertEqual(formatting.day(self.env, date(2026, 3, 2)), "2 Mar")
        self.assertEqual(formatting.day(self.env, date(2025, 3, 2)), "2 Mar 2025")
