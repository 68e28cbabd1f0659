"""What the cockpit says of counterparts, and for whom."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Scope, Warehouse
from odoo.addons.reliability.models import shared_cache

from .screens import NOON, ScreensCase


class SituationCase(ScreensCase):
    def setUp(self):
        super().setUp()
        clock = freeze_time(NOON)
        clock.start()
        self.addCleanup(clock.stop)

    def situation(self, role="manager"):
        self.env.flush_all()
        self.env.invalidate_all()
        shared_cache.forget()
        return self.env["reliability.health.provider"].with_user(self.users[role])

    def scope(self, warehouse=""):
        if not warehouse:
            return Scope((self.company.id,))
        of = Warehouse(1, warehouse, warehouse, self.company.id)
        return Scope((self.company.id,), of)

    def card(self, warehouse="", role="manager"):
        """Return the state and the sentence of the counterpart's card."""
        key = f"integration_{self.dhl.id}"
        cards = self.situation(role)._cards(self.scope(warehouse))
        (found,) = (card for card in cards if card["key"] == key)
        return found["state"], found["text"]

    def attention(self, warehouse="", role="manager"):
        """Return key → item of all that concerns counterparts."""
        items = self.situation(role)._alerts(self.scope(warehouse))
        return {of.key: of for of in items if of.key.startswith("integration_")}


@tagged("-at_install", "post_install")
class TestCards(SituationCase):
    def test_without_trouble_it_says_no_more_than_its_state(self):
        self.assertEqual(self.card(), ("no_data", ""))
        self.asked(succeeded=3)
        self.assertEqual(self.card(), ("fine", ""))

    def test_it_is_degraded_from_its_limit_and_interrupted_from_half_on(self):
        for failed, state in ((1, "fine"), (2, "degraded"), (9, "interrupted")):
            with self.subTest(failed):
                self.asked(succeeded=9, failed=failed)
                self.dhl.failing_threshold = 0.15
                found, text = self.card()
                self.assertEqual(found, state)
                words = f"{failed} of {9 + failed} tries of the last hour failed"
                self.assertEqual(text, "" if state == "fine" else words)
                self.env["reliability.exchange"].search([]).sudo().unlink()

    def test_what_failed_more_than_an_hour_ago_is_over(self):
        self.asked(failed=9, ago=timedelta(minutes=61))
        self.asked(succeeded=3)
        self.assertEqual(self.card()[0], "fine")

    def test_an_hour_goes_back_beyond_midnight(self):
        with freeze_time(NOON.replace(hour=0, minute=10)):
            self.asked(failed=3, ago=timedelta(minutes=30))
            self.assertEqual(self.card()[0], "interrupted")
            seen = self.dhl.with_user(self.users["viewer"])
            self.assertEqual(seen.attempts_today, 0)

    def test_one_or_two_failures_say_nothing_and_are_not_fine(self):
        self.asked(failed=2)
        self.assertEqual(self.card(), ("no_data", ""))

    def test_what_odoo_refused_before_it_asked_is_no_failure_of_theirs(self):
        for _one in range(5):
            self.attempt(self.exchange("rejected"), "rejected")
        self.assertEqual(self.card()[0], "no_data")

    def test_other_companies_and_warehouses_do_not_count(self):
        self.asked(failed=3, company_id=self.elsewhere.id)
        self.assertEqual(self.card()[0], "no_data")
        self.asked(failed=3, warehouse="CHIC")
        self.assertEqual(self.card("WH")[0], "no_data")
        self.assertEqual(self.card("CHIC")[0], "interrupted")
        self.assertEqual(self.card()[0], "interrupted")

    def test_who_waits_to_be_named_has_no_card(self):
        self.dhl.discovered = True
        self.assertFalse(self.situation()._cards(self.scope()))

    def test_who_has_no_part_in_it_sees_none(self):
        self.assertFalse(self.situation("plain")._cards(self.scope()))
        self.assertFalse(self.attention(role="plain"))

    def test_it_opens_what_was_asked_where_one_looks(self):
        self.asked(failed=1, warehouse="CHIC")
        self.asked(failed=1, warehouse="WH")
        (card,) = self.situation()._cards(self.scope("WH"))
        found = self.env["reliability.exchange"].search(card["action"]["domain"])
        self.assertEqual(found.mapped("warehouse"), ["WH"])

    def test_what_is_of_no_company_is_counted_and_opened_for_administrators(self):
        self.asked(failed=3, company_id=False)
        for role, state, count in (
            ("manager", "no_data", 0),
            ("admin", "interrupted", 3),
        ):
            with self.subTest(role):
                self.assertEqual(self.card(role=role)[0], state)
                items = self.attention(role=role)
                self.assertEqual("integration_failed" in items, bool(count))
                (card,) = self.situation(role)._cards(self.scope())
                exchanges = self.env["reliability.exchange"].with_user(self.users[role])
                found = exchanges.search_count(card["action"]["domain"])
                self.assertEqual(found, count)


@tagged("-at_install", "post_install")
class TestAttention(SituationCase):
    def test_each_list_says_how_many_and_opens_just_these(self):
        failed = self.exchange("failed") | self.exchange("failed")
        unknown = self.exchange("unknown")
        for state in ("succeeded", "resolved", "rejected", "retrying", "open"):
            self.exchange(state)
        orphaned = self.exchange("failed")
        self.orphan(orphaned, "T1")
        self.orphan(orphaned, "T2")
        found = self.attention()
        for key, text, exchanges in (
            ("integration_failed", "2 exchanges failed, the first 1 min ago", failed),
            (
                "integration_unknown",
                "Nobody knows whether a counterpart has done what it was asked"
                " 1 min ago",
                unknown,
            ),
            (
                "integration_orphans",
                "Counterparts have done 2 things that Odoo has undone, the first 1 min"
                " ago",
                orphaned,
            ),
        ):
            self.assertEqual(found[key].text, text)
            opened = self.env["reliability.exchange"].search(
                found[key].action["domain"]
            )
            self.assertEqual(opened, exchanges)
        self.assertEqual(len(found), 3)

    def test_only_managers_can_do_something_about_it(self):
        self.exchange("failed")
        for role, can_act in (("viewer", False), ("manager", True)):
            item = self.attention(role=role)["integration_failed"]
            self.assertEqual(item.can_act, can_act)

    def test_what_is_elsewhere_or_old_is_left_out(self):
        self.exchange("failed", company_id=self.elsewhere.id)
        self.exchange("failed", started=NOON - timedelta(days=8))
        self.assertFalse(self.attention())
        self.exchange("failed", warehouse="CHIC")
        self.assertFalse(self.attention("WH"))
        self.assertTrue(self.attention("CHIC"))

    def test_a_quota_that_is_nearly_used_up_is_told_whoever_used_it(self):
        self.dhl.daily_quota = 10
        exchange = self.exchange("succeeded", company_id=self.elsewhere.id)
        self.attempt(exchange, calls=8)
        self.assertFalse(self.attention())
        self.attempt(exchange, calls=1)
        (item,) = self.attention().values()
        self.assertEqual(item.text, "DHL has been called 9 times today; it accepts 10")

    def test_a_hundred_counterparts_take_as_many_queries_as_one(self):
        def queries():
            situation, scope = self.situation(), self.scope()
            before = self.env.cr.sql_log_count
            situation._cards(scope)
            situation._alerts(scope)
            return self.env.cr.sql_log_count - before

        self.dhl.silence_hours = 1
        queries()  # fills caches that live longer than a transaction
        few = queries()
        self.env["reliability.integration"].create(
            [
                {"name": f"C {n}", "code": f"c{n}", "silence_hours": 1}
                for n in range(100)
            ]
        )
        queries()
        self.assertEqual(queries(), few)
        self.assertLess(few, 20)


@tagged("-at_install", "post_install")
class TestSilence(SituationCase):
    def setUp(self):
        super().setUp()
        self.dhl.silence_hours = 3
        self.dhl.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "UTC",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": day,
                            "dayofweek": day,
                            "hour_from": 8,
                            "hour_to": 12,
                            "day_period": "morning",
                        },
                    )
                    for day in "01234"
                ],
            }
        )

    def silent(self):
        found = self.attention().get(f"integration_trouble_{self.dhl.id}")
        return found.text if found else ""

    def test_what_normally_happens_and_did_not_is_told(self):
        self.last_done(NOON.replace(hour=8, minute=30))
        self.assertEqual(
            self.silent(), "DHL is silent: nothing has been done for 4 working hours"
        )
        state, text = self.card()
        self.assertEqual(state, "degraded")
        self.assertEqual(text, "Silent: nothing has been done for 4 working hours")

    def test_only_hours_of_work_count(self):
        self.last_done(NOON - timedelta(days=1, minutes=30))  # since Tuesday, 11:30
        self.assertEqual(self.dhl.silent_hours, 4.5)

    def test_a_weekend_does_not_count(self):
        friday, monday = NOON - timedelta(days=5), NOON - timedelta(days=2)
        self.last_done(friday)
        with freeze_time(monday.replace(hour=10)):
            self.assertFalse(self.silent())
            self.assertEqual(self.dhl.silent_hours, 2)
        with freeze_time(monday):
            self.assertTrue(self.silent())

    def test_a_holiday_does_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": self.dhl.calendar_id.id,
                "date_from": NOON.replace(hour=0),
                "date_to": NOON.replace(hour=23),
            }
        )
        self.last_done(NOON - timedelta(days=1))
        self.assertEqual(self.dhl.silent_hours, 0)

    def test_without_a_calendar_it_works_around_the_clock(self):
        self.dhl.calendar_id = False
        self.last_done(NOON - timedelta(days=2))
        self.assertEqual(self.dhl.silent_hours, 48)

    def test_a_new_counterpart_is_silent_only_after_its_time(self):
        self.dhl.calendar_id = False
        self.env.cr.execute(
            "UPDATE reliability_integration SET create_date = %s",
            [NOON - timedelta(hours=2)],
        )
        self.assertFalse(self.silent())
        with freeze_time(NOON + timedelta(hours=2)):
            self.assertTrue(self.silent())

    def test_zero_hours_mean_that_it_may_be_silent(self):
        self.dhl.silence_hours = 0
        self.last_done(NOON - timedelta(days=20))
        self.assertFalse(self.silent())
