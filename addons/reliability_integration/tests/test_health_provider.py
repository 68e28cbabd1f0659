"""Cards and alerts of integrations, by role, company and warehouse."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Scope, Warehouse
from odoo.addons.reliability.tests.internals import clear_shared_cache

from .screens import NOON, ScreensCase


class ProviderCase(ScreensCase):
    def setUp(self):
        super().setUp()
        clock = freeze_time(NOON)
        clock.start()
        self.addCleanup(clock.stop)

    def provider(self, role="manager"):
        """Return the health provider in the environment of a user."""
        self.env.flush_all()
        self.env.invalidate_all()
        clear_shared_cache()
        return self.env["reliability.health.provider"].with_user(self.users[role])

    def scope(self, warehouse=""):
        if not warehouse:
            return Scope((self.company.id,))
        found = Warehouse(1, warehouse, warehouse, self.company.id)
        return Scope((self.company.id,), found)

    def card(self, warehouse="", role="manager"):
        """Return the state and the text of the card of DHL."""
        key = f"integration_{self.dhl.id}"
        cards = self.provider(role)._cards(self.scope(warehouse))
        (found,) = (card for card in cards if card.key == key)
        return found.state, found.text

    def alerts(self, warehouse="", role="manager"):
        """Return key → alert of all alerts of this addon."""
        alerts = self.provider(role)._alerts(self.scope(warehouse))
        return {
            alert.key: alert for alert in alerts if alert.key.startswith("integration_")
        }


@tagged("-at_install", "post_install")
class TestClocks(ProviderCase):
    """Ages are those of the database's clock, whatever the clock of this host says."""

    def test_a_clock_that_is_ahead_hides_no_failures_and_makes_no_silence(self):
        self.exchanges(succeeded=1, failed=9)
        before = self.card()
        self.patch(type(self.env.cr), "now", lambda _cr: NOON)
        with freeze_time(NOON + timedelta(hours=2)):
            self.assertEqual(self.card(), before)
            self.assertEqual(before[0], "interrupted")


@tagged("-at_install", "post_install")
class TestCards(ProviderCase):
    def test_a_card_without_trouble_has_no_text(self):
        self.assertEqual(self.card(), ("no_data", ""))
        self.exchanges(succeeded=3)
        self.assertEqual(self.card(), ("fine", ""))

    def test_degraded_from_the_threshold_and_interrupted_from_half_on(self):
        for failed, state in ((1, "fine"), (2, "degraded"), (9, "interrupted")):
            with self.subTest(failed):
                self.exchanges(succeeded=9, failed=failed)
                self.dhl.failing_threshold = 0.15
                found, text = self.card()
                self.assertEqual(found, state)
                expected = f"{failed} of {9 + failed} attempts of the last hour failed"
                self.assertEqual(text, "" if state == "fine" else expected)
                self.env["reliability.exchange"].search([]).sudo().unlink()

    def test_failures_more_than_an_hour_ago_are_not_counted(self):
        self.exchanges(failed=9, ago=timedelta(minutes=61))
        self.exchanges(succeeded=3)
        self.assertEqual(self.card()[0], "fine")

    def test_the_last_hour_begins_before_midnight(self):
        with freeze_time(NOON.replace(hour=0, minute=10)):
            self.exchanges(failed=3, ago=timedelta(minutes=30))
            self.assertEqual(self.card()[0], "interrupted")
            dhl = self.dhl.with_user(self.users["viewer"])
            self.assertEqual(dhl.attempts_today, 0)

    def test_one_or_two_failures_are_no_data(self):
        self.exchanges(failed=2)
        self.assertEqual(self.card(), ("no_data", ""))

    def test_calls_that_odoo_refused_are_no_failures(self):
        for _one in range(5):
            self.attempt(self.exchange("rejected"), "rejected")
        self.assertEqual(self.card()[0], "no_data")

    def test_other_companies_and_warehouses_do_not_count(self):
        self.exchanges(failed=3, company_id=self.elsewhere.id)
        self.assertEqual(self.card()[0], "no_data")
        self.exchanges(failed=3, warehouse="CHIC")
        self.assertEqual(self.card("WH")[0], "no_data")
        self.assertEqual(self.card("CHIC")[0], "interrupted")
        self.assertEqual(self.card()[0], "interrupted")

    def test_an_unnamed_system_has_no_card(self):
        self.dhl.discovered = True
        self.assertFalse(self.provider()._cards(self.scope()))

    def test_users_without_a_reliability_group_see_nothing(self):
        self.assertFalse(self.provider("plain")._cards(self.scope()))
        self.assertFalse(self.alerts(role="plain"))

    def test_a_card_opens_the_exchanges_of_its_warehouse(self):
        self.exchanges(failed=1, warehouse="CHIC")
        self.exchanges(failed=1, warehouse="WH")
        (card,) = self.provider()._cards(self.scope("WH"))
        found = self.env["reliability.exchange"].search(card.action["domain"])
        self.assertEqual(found.mapped("warehouse"), ["WH"])

    def test_only_administrators_see_exchanges_without_a_company(self):
        self.exchanges(failed=3, company_id=False)
        for role, state, count in (
            ("manager", "no_data", 0),
            ("admin", "interrupted", 3),
        ):
            with self.subTest(role):
                self.assertEqual(self.card(role=role)[0], state)
                alerts = self.alerts(role=role)
                self.assertEqual("integration_failed" in alerts, bool(count))
                (card,) = self.provider(role)._cards(self.scope())
                exchanges = self.env["reliability.exchange"].with_user(self.users[role])
                found = exchanges.search_count(card.action["domain"])
                self.assertEqual(found, count)


@tagged("-at_install", "post_install")
class TestAlerts(ProviderCase):
    def test_each_alert_has_the_number_and_opens_its_exchanges(self):
        failed = self.exchange("failed") | self.exchange("failed")
        unknown = self.exchange("unknown")
        for state in ("succeeded", "resolved", "rejected", "retrying", "open"):
            self.exchange(state)
        orphaned = self.exchange("failed")
        self.orphan(orphaned, "T1")
        self.orphan(orphaned, "T2")
        found = self.alerts()
        for key, text, exchanges in (
            ("integration_failed", "2 exchanges failed, the first 1 min ago", failed),
            (
                "integration_unknown",
                "1 request was not answered and may have been done, 1 min ago",
                unknown,
            ),
            (
                "integration_orphans",
                "2 orphans: partner systems did what Odoo then rolled back, the first"
                " 1 min ago",
                orphaned,
            ),
        ):
            self.assertEqual(found[key].text, text)
            opened = self.env["reliability.exchange"].search(
                found[key].action["domain"]
            )
            self.assertEqual(opened, exchanges)
        self.assertEqual(len(found), 3)

    def test_only_managers_can_act(self):
        self.exchange("failed")
        for role, can_act in (("viewer", False), ("manager", True)):
            alert = self.alerts(role=role)["integration_failed"]
            self.assertEqual(alert.can_act, can_act)

    def test_other_companies_and_old_exchanges_are_left_out(self):
        self.exchange("failed", company_id=self.elsewhere.id)
        self.exchange("failed", started=NOON - timedelta(days=8))
        self.assertFalse(self.alerts())
        self.exchange("failed", warehouse="CHIC")
        self.assertFalse(self.alerts("WH"))
        self.assertTrue(self.alerts("CHIC"))

    def test_the_quota_alert_counts_calls_of_all_companies(self):
        self.dhl.daily_quota = 10
        exchange = self.exchange("succeeded", company_id=self.elsewhere.id)
        self.attempt(exchange, calls=8)
        self.assertFalse(self.alerts())
        self.attempt(exchange, calls=1)
        (alert,) = self.alerts().values()
        self.assertEqual(
            alert.text, "9 of the 10 calls that DHL accepts a day are used"
        )

    def test_a_hundred_systems_need_as_many_queries_as_one(self):
        def queries():
            provider, scope = self.provider(), self.scope()
            before = self.env.cr.sql_log_count
            provider._cards(scope)
            provider._alerts(scope)
            return self.env.cr.sql_log_count - before

        self.dhl.silence_hours = 1
        queries()  # fills caches that live longer than a transaction
        few = queries()
        self.env["reliability.integration"].create(
            [
                {"name": f"C {number}", "code": f"c{number}", "silence_hours": 1}
                for number in range(100)
            ]
        )
        queries()
        self.assertEqual(queries(), few)
        self.assertLess(few, 20)


@tagged("-at_install", "post_install")
class TestSilence(ProviderCase):
    """Working hours since the last success, from 8 to 12 each weekday."""

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

    def silence_text(self):
        alert = self.alerts().get(f"integration_trouble_{self.dhl.id}")
        return alert.text if alert else ""

    def test_too_long_a_silence_is_an_alert(self):
        self.set_last_success(NOON.replace(hour=8, minute=30))
        self.assertEqual(
            self.silence_text(), "DHL is silent: no success for 4 working hours"
        )
        state, text = self.card()
        self.assertEqual(state, "degraded")
        self.assertEqual(text, "Silent: no success for 4 working hours")

    def test_only_working_hours_count(self):
        self.set_last_success(
            NOON - timedelta(days=1, minutes=30)
        )  # since Tuesday, 11:30
        self.assertEqual(self.dhl.silent_hours, 4.5)

    def test_a_weekend_does_not_count(self):
        friday, monday = NOON - timedelta(days=5), NOON - timedelta(days=2)
        self.set_last_success(friday)
        with freeze_time(monday.replace(hour=10)):
            self.assertFalse(self.silence_text())
            self.assertEqual(self.dhl.silent_hours, 2)
        with freeze_time(monday):
            self.assertTrue(self.silence_text())

    def test_a_holiday_does_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": self.dhl.calendar_id.id,
                "date_from": NOON.replace(hour=0),
                "date_to": NOON.replace(hour=23),
            }
        )
        self.set_last_success(NOON - timedelta(days=1))
        self.assertEqual(self.dhl.silent_hours, 0)

    def test_without_a_calendar_all_hours_count(self):
        self.dhl.calendar_id = False
        self.set_last_success(NOON - timedelta(days=2))
        self.assertEqual(self.dhl.silent_hours, 48)

    def test_a_new_system_is_silent_from_its_creation_on(self):
        self.dhl.calendar_id = False
        self.env.cr.execute(
            "UPDATE reliability_integration SET create_date = %s",
            [NOON - timedelta(hours=2)],
        )
        self.assertFalse(self.silence_text())
        with freeze_time(NOON + timedelta(hours=2)):
            self.assertTrue(self.silence_text())

    def test_zero_hours_mean_that_any_silence_is_normal(self):
        self.dhl.silence_hours = 0
        self.set_last_success(NOON - timedelta(days=20))
        self.assertFalse(self.silence_text())
