"""What is shown as a counter does not fall, and what is old is deleted."""

from odoo.tests import get_db_name, tagged

from odoo.addons.reliability.collector import gauges
from odoo.addons.reliability.collector.connection import connected

from ..ledger.exchange import exchange
from ..models.retention import DONE_KEPT, FAILED_KEPT, MOST_EXCHANGES
from .common import LedgerCase


class CountingCase(LedgerCase):
    def ask(self, *names, fails=False):
        for name in names:
            with self.committed() as env:
                partner = self.partner(env)
                with exchange(partner, "dhl", "label", key=name) as attempt:
                    attempt.created(f"T{name}")
                    if fails:
                        attempt.fail("no")

    def facts(self):
        """Return what the database tells of DHL: name → labels → number.

        Other tests may have left other integrations there.
        """
        with connected(get_db_name()) as connection:
            told = {fact.name: dict(fact.samples) for fact in gauges.read(connection)}
        return {
            name.removeprefix("odoo_integration_"): {
                labels: number
                for labels, number in samples.items()
                if labels[0] == "dhl"
            }
            for name, samples in told.items()
            if name.startswith("odoo_integration_")
        }


@tagged("post_install", "-at_install")
class TestCounting(CountingCase):
    def totals(self):
        self.find_out()
        return {
            labels[-1]: number
            for labels, number in self.facts()["exchanges_total"].items()
        }

    def test_each_is_counted_once(self):
        self.ask("1", "2")
        self.ask("3", fails=True)
        self.assertEqual(self.totals(), {"succeeded": 2, "failed": 1})
        self.assertEqual(self.totals(), {"succeeded": 2, "failed": 1})

    def test_one_that_failed_and_then_succeeded_is_counted_as_both(self):
        self.ask("1", fails=True)
        self.totals()
        self.ask("1")
        self.assertEqual(self.totals(), {"succeeded": 1, "failed": 1})

    def test_what_is_deleted_stays_counted(self):
        self.ask("1", "2")
        self.totals()
        with self.cursor() as cr:
            cr.execute("DELETE FROM reliability_exchange")
        self.assertEqual(self.totals(), {"succeeded": 2})

    def test_open_ones_are_told_as_zero_too(self):
        self.ask("1", fails=True)
        self.assertEqual(
            self.facts()["open_exchanges"],
            {
                ("dhl", "open"): 0,
                ("dhl", "retrying"): 0,
                ("dhl", "failed"): 1,
                ("dhl", "unknown"): 0,
            },
        )
        self.assertEqual(self.facts()["orphaned_references"], {("dhl",): 0})


@tagged("post_install", "-at_install")
class TestKeeping(CountingCase):
    """Done exchanges are kept for a while, others longer, and there is an end."""

    def age(self, days):
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_exchange"
                " SET started = now() AT TIME ZONE 'UTC' - %s * interval '1 day'",
                [days],
            )

    def left(self, **settings):
        with self.committed() as env:
            for key, value in settings.items():
                env["ir.config_parameter"].set_param(
                    {"done": DONE_KEPT, "failed": FAILED_KEPT, "most": MOST_EXCHANGES}[
                        key
                    ],
                    value,
                )
            env["reliability.exchange"]._gc_exchanges()
            env["ir.config_parameter"].search(
                [("key", "in", [DONE_KEPT, FAILED_KEPT, MOST_EXCHANGES])]
            ).unlink()
        return sorted(of["state"] for of in self.exchanges())

    def test_done_ones_go_first(self):
        self.ask("1")
        self.ask("2", fails=True)
        self.age(91)
        self.assertEqual(self.left(), ["failed"])
        self.age(401)
        self.assertEqual(self.left(), [])

    def test_settings_say_how_long(self):
        self.ask("1")
        self.age(9)
        self.assertEqual(self.left(done="10"), ["succeeded"])
        self.assertEqual(self.left(done="8"), [])

    def test_nothing_of_them_is_left(self):
        self.ask("1")
        self.age(91)
        self.left()
        self.assertFalse(self.attempts())
        self.assertFalse(self.references())

    def test_no_more_than_so_many_are_kept(self):
        self.ask("1", "2", "3")
        with self.cursor() as cr:
            cr.execute(
                "UPDATE reliability_exchange SET started = started"
                " - (10 - id % 10) * interval '1 minute'"
            )
        self.assertEqual(len(self.left(most="2")), 2)
