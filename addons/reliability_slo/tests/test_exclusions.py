"""Nights, holidays and approved maintenance do not count; both numbers are shown."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from .test_counting import DAY, HOUR, MINUTE, NOON, ObjectiveCase


@tagged("-at_install", "post_install")
class TestWorkingHours(ObjectiveCase):
    """From 8 to 17 on working days, in Berlin."""

    def setUp(self):
        super().setUp()
        self.calendar = self.env["resource.calendar"].create(
            {
                "name": "Day shift",
                "tz": "Europe/Berlin",
                "company_id": False,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Shift",
                                "dayofweek": str(day),
                                "hour_from": 8,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        self.slo.calendar_id = self.calendar

    def counted(self, moment):
        """Return the events that count, and all, after one at a moment."""
        self.count(moment, "failed")
        self.evaluate(moment + MINUTE)
        budget = self.budget()
        return budget.total, budget.all_total

    def test_a_failure_at_night_does_not_count(self):
        self.assertEqual(self.counted(NOON.replace(hour=3)), (0, 1))

    def test_a_failure_at_work_does(self):
        self.assertEqual(self.counted(NOON.replace(hour=7, minute=5)), (1, 1))

    def test_hours_follow_summer_time(self):
        monday = datetime(2026, 3, 30, 6, 5)
        self.assertEqual(self.counted(monday), (1, 1))
        self.assertEqual(self.counted(datetime(2026, 3, 30, 15, 5)), (1, 2))

    def test_hours_follow_winter_time(self):
        monday = datetime(2026, 10, 26, 6, 5)
        self.assertEqual(self.counted(monday), (0, 1))
        self.assertEqual(self.counted(datetime(2026, 10, 26, 15, 5)), (1, 2))

    def test_a_holiday_that_is_entered_later_is_taken_out(self):
        self.assertEqual(self.counted(NOON), (1, 1))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": NOON.replace(hour=0),
                "date_to": NOON.replace(hour=23),
            }
        )
        self.env.flush_all()
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual((self.budget().total, self.budget().all_total), (0, 1))
        self.assertEqual(self.budget().corrected, 1)


@tagged("-at_install", "post_install")
class TestMaintenance(ObjectiveCase):
    def setUp(self):
        super().setUp()
        self.maintenance = self.env["reliability.maintenance"].create(
            {
                "name": "Upgrade of the scanners",
                "start": NOON,
                "end": NOON + HOUR,
                "service_ids": self.service.ids,
            }
        )

    def evaluated(self, when=NOON + 2 * HOUR):
        self.env.flush_all()
        self.evaluate(when)
        return self.budget().total, self.budget().all_total

    def test_it_counts_until_it_is_approved(self):
        self.count(NOON + MINUTE, "failed")
        self.assertEqual(self.evaluated(), (1, 1))
        self.maintenance.action_approve()
        self.assertEqual(self.evaluated(), (0, 1))
        self.assertEqual(self.maintenance.approver_id, self.env.user)

    def test_it_counts_again_when_the_approval_is_withdrawn(self):
        self.count(NOON + MINUTE, "failed")
        self.maintenance.action_approve()
        self.assertEqual(self.evaluated(), (0, 1))
        self.maintenance.action_withdraw()
        self.assertEqual(self.evaluated(), (1, 1))

    def test_before_and_after_it_count(self):
        self.maintenance.action_approve()
        self.count(NOON - MINUTE, "failed")
        self.count(NOON + HOUR, "failed")
        self.count(NOON + 59 * MINUTE, "failed")
        self.assertEqual(self.evaluated(), (2, 3))

    def test_other_times_need_another_approval(self):
        self.maintenance.action_approve()
        self.maintenance.end += DAY
        self.assertEqual(self.maintenance.state, "requested")

    def test_a_manager_asks_for_it_and_an_administrator_approves(self):
        manager = new_test_user(
            self.env, "asks", "base.group_user,reliability.group_manager"
        )
        asked = self.maintenance.with_user(manager).copy(
            {"start": NOON + DAY, "end": NOON + DAY + timedelta(hours=1)}
        )
        self.assertEqual(asked.requester_id, manager)
        with self.assertRaisesRegex(Exception, "Only administrators"):
            asked.action_approve()
