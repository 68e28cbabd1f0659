"""Cards and alerts of integrations, by role, company and warehouse."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability.api import Scope, Warehouse, formatting
from odoo.addons.reliability.tests.internals import clear_shared_cache, read_gauge

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

    def alerts(self):
        """Return all alerts of this addon."""
        alerts = self.provider().sudo()._alerts()
        return [alert for alert in alerts if alert.provider == "integration"]

    def described(self, alert, role="manager"):
        """Return an alert as a user sees it."""
        return self.provider(role)._describe_alert(alert)

    def text(self, alert):
        return self.described(alert).text

    def opened(self, alert, role=""):
        """Return the exchanges that an alert opens, for a user or with all rights."""
        domain = self.described(alert, role or "manager").action["domain"]
        exchanges = self.env["reliability.exchange"].sudo()
        if role:
            exchanges = exchanges.with_user(self.users[role])
        return exchanges.search(domain, order="id")


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

    def test_a_company_that_is_left_out_does_not_count_beside_others(self):
        self.exchanges(failed=3, company_id=self.elsewhere.id)
        both = [self.company.id, self.elsewhere.id]
        dhl = self.dhl.with_context(allowed_company_ids=both)
        self.assertEqual(dhl.failures_today, 3)
        self.elsewhere.reliability_left_out = True
        dhl.invalidate_recordset()
        self.assertEqual(dhl.failures_today, 0)

    def test_gauges_do_not_count_a_company_that_is_left_out(self):
        self.exchange("failed", company_id=self.elsewhere.id, orphan_count=2)
        for number, orphans in ((1, 2), (0, 0)):
            self.elsewhere.reliability_left_out = not number
            self.env.flush_all()
            samples = [
                dict(read_gauge(self.env.cr, f"integration_{name}").samples)
                for name in ("open_exchanges", "orphaned_references")
            ]
            self.assertEqual(samples[0]["dhl", "failed"], number)
            self.assertEqual(samples[1]["dhl",], orphans)

    def test_an_unnamed_system_has_no_card(self):
        self.dhl.discovered = True
        self.assertFalse(self.provider()._cards(self.scope()))

    def test_users_without_a_reliability_group_see_no_card(self):
        self.assertFalse(self.provider("plain")._cards(self.scope()))

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
                (card,) = self.provider(role)._cards(self.scope())
                exchanges = self.env["reliability.exchange"].with_user(self.users[role])
                found = exchanges.search_count(card.action["domain"])
                self.assertEqual(found, count)


@tagged("-at_install", "post_install")
class TestAlerts(ProviderCase):
    """One cause is one alert: its place, its system, its problem, its error class."""

    def failed(self, error_class="HTTP 503", **values):
        """Return a failed exchange."""
        values = {"error_class": error_class, "last_error": "Not now.", **values}
        return self.exchange("failed", **values)

    def test_it_is_proposed_to_the_owner_of_the_system_else_of_the_service(self):
        self.dhl.service_id = self.env["reliability.service"].search([], limit=1)
        self.dhl.service_id.owner_id = self.users["admin"]
        self.failed()
        (alert,) = self.alerts()
        self.assertEqual(self.provider()._proposed_owner(alert), self.users["admin"])
        self.dhl.owner_id = self.users["manager"]
        self.assertEqual(self.provider()._proposed_owner(alert), self.users["manager"])

    def test_what_a_person_has_found_not_done_is_no_alert(self):
        self.failed(is_verified=True)
        self.assertEqual(self.alerts(), [])

    def test_each_alert_opens_as_many_exchanges_as_it_counts(self):
        expected = {
            "failed": self.failed() | self.failed(),
            "unknown": self.exchange("unknown"),
            "possibly_duplicated": self.exchange(
                "succeeded", is_possibly_duplicated=True
            ),
            "orphans": self.exchange("failed") | self.exchange("unknown"),
            "duplicated": self.exchange("succeeded"),
        }
        expected["unknown"] |= expected["orphans"][1]
        for exchange in expected["orphans"] | expected["duplicated"]:
            self.orphan(exchange, f"A{exchange.id}")
            self.orphan(exchange, f"B{exchange.id}")
        for state in ("succeeded", "resolved", "rejected", "retrying", "open"):
            self.exchange(state)
        alerts = self.alerts()
        self.assertEqual(
            {(alert.cause, alert.count) for alert in alerts},
            {(cause, len(exchanges)) for cause, exchanges in expected.items()},
        )
        for alert in alerts:
            self.assertEqual(self.opened(alert), expected[alert.cause], alert.cause)

    def test_companies_warehouses_systems_and_error_classes_are_apart(self):
        ups = self.env["reliability.integration"].create({"name": "UPS", "code": "ups"})
        exchanges = [
            self.failed(),
            self.failed("HTTP 422"),
            self.failed(""),
            self.failed(warehouse="CHIC"),
            self.failed(company_id=self.elsewhere.id),
            self.failed(company_id=False),
            self.failed(integration_id=ups.id),
        ]
        alerts = self.alerts()
        self.assertEqual(len(alerts), len(exchanges))
        self.assertEqual(
            sorted(self.opened(alert).id for alert in alerts),
            [exchange.id for exchange in exchanges],
        )

    def test_no_warehouse_is_one_place(self):
        """Old rows have none, others an empty one."""
        both = self.failed(warehouse=False) | self.failed(warehouse="")
        (alert,) = self.alerts()
        self.assertEqual(self.opened(alert), both)

    def test_the_sentence_is_about_the_last_exchange(self):
        self.failed(res_name="WH/OUT/1", started=NOON - timedelta(hours=3))
        self.failed(res_name="WH/OUT/2", last_error="Overloaded.")
        (alert,) = self.alerts()
        self.assertEqual(
            (alert.since, alert.last),
            (NOON - timedelta(hours=3), NOON - timedelta(minutes=1)),
        )
        self.assertEqual(
            self.text(alert),
            "DHL: 2 requests failed, the last at 11:59 for WH/OUT/2 (Overloaded.)",
        )

    def test_without_an_error_the_sentence_has_no_parentheses(self):
        self.failed("", last_error=False)
        (alert,) = self.alerts()
        self.assertEqual(
            self.text(alert), "DHL: 1 request failed at 11:59 for WH/OUT/1"
        )

    def test_the_sentence_names_what_the_system_has_made(self):
        self.orphan(self.exchange("failed"), "T1")
        (alert,) = self.alerts()
        self.assertEqual(
            self.text(alert),
            "DHL has T1 for WH/OUT/1, which Odoo rolled back: use it or cancel it",
        )

    def test_who_may_not_read_exchanges_opens_none(self):
        self.failed()
        (alert,) = self.alerts()
        self.assertFalse(self.described(alert, "plain").action)
        self.assertTrue(self.described(alert, "viewer").action)

    def test_readers_of_another_company_open_none_of_its_exchanges(self):
        self.failed()
        (alert,) = self.alerts()
        self.assertFalse(self.opened(alert, "elsewhere"))

    def test_managers_and_who_may_change_the_document_can_act(self):
        self.failed(res_model="res.partner")
        (alert,) = self.alerts()
        for role, can_act in (("viewer", False), ("manager", True)):
            self.assertEqual(self.provider(role)._can_act_on(alert), can_act, role)
        self.users["viewer"].group_ids += self.env.ref("base.group_partner_manager")
        self.assertTrue(self.provider("viewer")._can_act_on(alert))

    def test_old_exchanges_are_left_out(self):
        self.failed(started=NOON - timedelta(days=8))
        self.assertFalse(self.alerts())

    def test_archived_systems_keep_their_name_and_exchanges(self):
        exchange = self.failed()
        self.dhl.active = False
        (alert,) = self.alerts()
        self.assertIn("DHL: 1 request failed", self.text(alert))
        self.assertEqual(self.opened(alert), exchange)

    def test_an_alert_outlives_its_system(self):
        """A closed one is read for months."""
        self.dhl.silence_hours = 1
        self.set_last_success(NOON - timedelta(hours=4))
        (alert,) = self.alerts()
        self.dhl.unlink()
        described = self.described(alert)
        self.assertIn("dhl is silent", described.text)
        self.assertFalse(described.action)

    def test_many_systems_and_alerts_need_as_many_queries_as_one(self):
        def count():
            provider, scope = self.provider(), self.scope()
            before = self.env.cr.sql_log_count
            provider._cards(scope)
            provider.sudo()._alerts()
            return self.env.cr.sql_log_count - before

        def queries():
            """Return how many there are while nothing fills a cache."""
            return min(count() for _time in range(3))

        self.dhl.silence_hours = 1
        self.orphan(self.failed(), "T1")
        few = queries()
        systems = self.env["reliability.integration"].create(
            [
                {"name": f"C {number}", "code": f"c{number}", "silence_hours": 1}
                for number in range(100)
            ]
        )
        for system in systems[:10]:
            self.failed(integration_id=system.id)
            self.orphan(self.failed(integration_id=system.id), system.code)
        self.assertEqual(queries(), few)
        self.assertLess(few, 46)


@tagged("-at_install", "post_install")
class TestFailing(ProviderCase):
    """A system that fails is an alert where no failed exchange is one already."""

    def fail_and_retry(self, count=3, **values):
        """Return exchanges whose first attempts failed and whose second succeeded."""
        exchanges = self.env["reliability.exchange"]
        for _number in range(count):
            exchange = self.exchange("succeeded", **values)
            for outcome in ("failed", "succeeded"):
                self.attempt(exchange, outcome)
            exchanges |= exchange
        return exchanges

    def test_it_opens_the_exchanges_whose_attempts_failed(self):
        failed = self.fail_and_retry()
        self.exchanges(succeeded=3)
        (alert,) = self.alerts()
        self.assertEqual((alert.cause, alert.severity), ("failing", "degraded"))
        at = formatting.moment(self.provider().env, alert.last)
        self.assertEqual(
            self.text(alert),
            f"DHL: 3 of 9 attempts of the last hour failed, the last at {at}"
            " (no error message)",
        )
        self.assertEqual(alert.count, 3)
        self.assertEqual(self.opened(alert), failed)

    def test_it_names_the_last_error(self):
        for exchange in self.fail_and_retry():
            self.attempt(exchange, "failed", error_message="No route to host")
        (alert,) = self.alerts()
        self.assertIn("(No route to host)", self.text(alert))

    def test_it_counts_once_it_was_observed_for_a_while(self):
        self.fail_and_retry()
        (alert,) = self.alerts()
        self.assertTrue(alert.is_sampled)

    def test_companies_and_warehouses_are_apart(self):
        keys = [
            (self.company.id, "WH"),
            (self.company.id, "CHIC"),
            (self.elsewhere.id, ""),
            (None, ""),
        ]
        for company_id, warehouse in keys:
            self.fail_and_retry(company_id=company_id, warehouse=warehouse)
        alerts = {(alert.company_id, alert.warehouse): alert for alert in self.alerts()}
        self.assertEqual(alerts.keys(), set(keys))
        for key, alert in alerts.items():
            self.assertFalse(alert.is_shared)
            self.assertEqual(alert.count, 3)
            for exchange in self.opened(alert):
                found = exchange.company_id.id or None, exchange.warehouse
                self.assertEqual(found, key)

    def test_failed_exchanges_are_the_alert_as_bad_as_the_system_is(self):
        self.exchanges(succeeded=9, failed=2)
        (alert,) = self.alerts()
        self.assertEqual((alert.cause, alert.severity), ("failed", "degraded"))
        self.exchanges(failed=9)
        (alert,) = self.alerts()
        self.assertEqual((alert.cause, alert.severity), ("failed", "interrupted"))

    def test_earlier_failures_are_another_cause(self):
        self.exchange("failed", started=NOON - timedelta(hours=2))
        self.fail_and_retry()
        causes = {alert.cause for alert in self.alerts()}
        self.assertEqual(causes, {"failed", "failing"})

    def test_failures_of_a_company_that_is_left_out_hide_no_silence(self):
        self.elsewhere.reliability_left_out = True
        self.dhl.silence_hours = 1
        self.set_last_success(NOON - timedelta(hours=4))
        self.fail_and_retry(company_id=self.elsewhere.id)
        self.assertEqual([alert.cause for alert in self.alerts()], ["silent"])

    def test_a_system_that_fails_is_not_silent_too(self):
        self.dhl.silence_hours = 1
        self.set_last_success(NOON - timedelta(hours=4))
        self.exchanges(failed=3)
        self.assertEqual([alert.cause for alert in self.alerts()], ["failed"])


@tagged("-at_install", "post_install")
class TestQuota(ProviderCase):
    def test_calls_of_all_companies_count_and_all_read_it(self):
        self.dhl.daily_quota = 10
        exchange = self.exchange("succeeded", company_id=self.elsewhere.id)
        self.attempt(exchange, calls=8)
        self.assertFalse(self.alerts())
        self.attempt(exchange, calls=1)
        (alert,) = self.alerts()
        self.assertEqual(
            self.text(alert), "9 of the 10 calls that DHL accepts a day are used"
        )
        self.assertEqual((alert.company_id, alert.is_shared), (None, True))
        self.assertEqual(self.described(alert).action["res_id"], self.dhl.id)


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
        return "".join(
            self.text(alert) for alert in self.alerts() if alert.cause == "silent"
        )

    def test_too_long_a_silence_is_an_alert(self):
        self.set_last_success(NOON.replace(hour=8, minute=30))
        self.assertEqual(
            self.silence_text(), "DHL is silent: no success for 4 working hours"
        )
        state, text = self.card()
        self.assertEqual(state, "degraded")
        self.assertEqual(text, "Silent: no success for 4 working hours")

    def test_it_is_one_alert_for_all_companies(self):
        """The success of any company ends it."""
        self.set_last_success(NOON.replace(hour=8, minute=30))
        for company in (self.company, self.elsewhere):
            self.exchange("succeeded", company_id=company.id)
        (alert,) = self.alerts()
        self.assertEqual((alert.company_id, alert.is_shared), (None, True))
        self.assertEqual(self.described(alert).action["res_id"], self.dhl.id)

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
