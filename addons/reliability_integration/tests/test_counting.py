"""Counters of exchanges never fall, and old exchanges are deleted."""

from odoo.tests import tagged

from odoo.addons.reliability.tests.internals import read_gauge, read_gauges

from ..ledger.exchange import exchange
from ..models.retention import DONE_DAYS, FAILED_DAYS, MAX_EXCHANGES
from .common import LedgerCase
from .screens import NOON, ScreensCase


class CountingCase(LedgerCase):
    def record(self, *names, fails=False):
        """Record an exchange for each name."""
        for name in names:
            with self.committed() as env:
                partner = self.partner(env)
                with exchange(partner, "dhl", "label", key=name) as attempt:
                    attempt.created(f"T{name}")
                    if fails:
                        attempt.fail("no")

    def gauges(self):
        """Return the gauges of DHL: name → labels → value.

        Other tests may have left other integrations in the database.
        """
        return {
            name.removeprefix("odoo_integration_"): {
                labels: number
                for labels, number in samples.items()
                if labels[0] == "dhl"
            }
            for name, samples in read_gauges().items()
            if name.startswith("odoo_integration_")
        }


@tagged("post_install", "-at_install")
class TestCounting(CountingCase):
    def totals(self):
        self.maintain_ledger()
        return {
            labels[-1]: number
            for labels, number in self.gauges()["exchanges_total"].items()
        }

    def test_each_exchange_is_counted_once(self):
        self.record("1", "2")
        self.record("3", fails=True)
        self.assertEqual(self.totals(), {"succeeded": 2, "failed": 1})
        self.assertEqual(self.totals(), {"succeeded": 2, "failed": 1})

    def test_an_exchange_that_failed_and_then_succeeded_is_counted_as_both(self):
        self.record("1", fails=True)
        self.totals()
        self.record("1")
        self.assertEqual(self.totals(), {"succeeded": 1, "failed": 1})

    def test_deleted_exchanges_stay_counted(self):
        self.record("1", "2")
        self.totals()
        with self.cursor() as cr:
            cr.execute("DELETE FROM reliability_exchange")
        self.assertEqual(self.totals(), {"succeeded": 2})

    def test_open_exchanges_have_a_zero_for_each_state(self):
        self.record("1", fails=True)
        self.assertEqual(
            self.gauges()["open_exchanges"],
            {
                ("dhl", "open"): 0,
                ("dhl", "retrying"): 0,
                ("dhl", "failed"): 1,
                ("dhl", "unknown"): 0,
            },
        )
        self.assertEqual(self.gauges()["orphaned_references"], {("dhl",): 0})


@tagged("-at_install", "post_install")
class TestCompaniesThatAreLeftOut(ScreensCase):
    def test_their_exchanges_are_in_no_total_and_end_no_silence(self):
        self.elsewhere.reliability_left_out = True
        ours = self.exchange("succeeded")
        self.exchange("succeeded", company_id=self.elsewhere.id, ended=NOON)
        self.exchange("succeeded", company_id=False)
        for _time in range(2):
            self.env.cr.execute("SELECT reliability_count_exchanges()")
        samples = dict(read_gauge(self.env.cr, "integration_exchanges_total").samples)
        self.assertEqual(samples["dhl", "carrier", "label", "succeeded"], 2)
        self.assertEqual(self.dhl.last_success, ours.ended)


@tagged("post_install", "-at_install")
class TestRetention(CountingCase):
    """Finished exchanges are deleted first, then others, and above the maximum
    number.
    """

    def age(self, days):
        """Let all exchanges be some days old."""
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_exchange"
                " SET started = now() AT TIME ZONE 'UTC' - %s * interval '1 day'",
                [days],
            )

    def left(self, **settings):
        """Return the states of the exchanges that the retention leaves."""
        with self.committed() as env:
            for key, value in settings.items():
                env["ir.config_parameter"].set_param(
                    {
                        "done": DONE_DAYS.key,
                        "failed": FAILED_DAYS.key,
                        "most": MAX_EXCHANGES.key,
                    }[key],
                    value,
                )
            env["reliability.exchange"]._gc_exchanges()
            env["ir.config_parameter"].search(
                [("key", "in", [DONE_DAYS.key, FAILED_DAYS.key, MAX_EXCHANGES.key])]
            ).unlink()
        return sorted(exchange["state"] for exchange in self.exchanges())

    def test_finished_exchanges_are_deleted_first(self):
        self.record("1")
        self.record("2", fails=True)
        self.age(91)
        self.assertEqual(self.left(), ["failed"])
        self.age(401)
        self.assertEqual(self.left(), [])

    def test_settings_set_the_days(self):
        self.record("1")
        self.age(9)
        self.assertEqual(self.left(done="10"), ["succeeded"])
        self.assertEqual(self.left(done="8"), [])

    def test_attempts_and_references_are_deleted_with_their_exchange(self):
        self.record("1")
        self.age(91)
        self.left()
        self.assertFalse(self.attempts())
        self.assertFalse(self.references())

    def test_the_maximum_number_of_exchanges(self):
        self.record("1", "2", "3")
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_exchange SET started = started"
                " - (10 - id % 10) * interval '1 minute'"
            )
        self.assertEqual(len(self.left(most="2")), 2)
