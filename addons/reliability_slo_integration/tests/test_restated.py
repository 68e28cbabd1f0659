"""What becomes known later restates the slice in which its exchange began, only."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.reliability_slo.models.counting import SLICE_DAYS
from odoo.addons.reliability_slo.tests.test_counting import DAY, HOUR, MINUTE, NOON

from .exchanges import BEGIN, ExchangeCase


@tagged("-at_install", "post_install")
class TestRestated(ExchangeCase):
    def restated(self, before):
        """Return the begins of the slices that differ from earlier ones."""
        changed = set(self.slices().items()) ^ set(before.items())
        return {start for (_company, _system, start), _numbers in changed}

    def test_a_fate_that_is_found_later_restates_one_slice(self):
        self.succeed("order 1")
        self.attempt("order 2", "unknown", "rolled_back", when=BEGIN - 27 * DAY)
        self.succeed("order 3", when=BEGIN - 27 * DAY + HOUR)
        self.evaluate(NOON + MINUTE)
        before = self.slices()
        self.exchange("order 2")._resolve("seen there", True)
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.restated(before), {NOON - 27 * DAY})
        self.assertEqual(self.sums(), (3, 3))

    def test_an_exchange_stays_in_the_slice_in_which_it_began(self):
        self.refuse("order 1", retried=True)
        self.evaluate(NOON + MINUTE)
        self.succeed("order 1", number=2, when=BEGIN + HOUR)
        self.evaluate(NOON + HOUR + MINUTE)
        company = self.env.company.id
        self.assertEqual(self.slices(), {(company, "", NOON): (1, 1)})

    def test_counters_of_prometheus_grow_and_the_correction_is_shown(self):
        self.evaluate(NOON)
        exchange = self.attempt("order 1", "unknown", "rolled_back")
        self.evaluate(NOON + MINUTE)
        exchange._resolve("seen there", True)
        self.evaluate(NOON + 2 * MINUTE)
        budget = self.budget()
        self.assertEqual((budget.good, budget.total), (1, 1))
        self.assertEqual((budget.counted_good, budget.counted_bad), (1, 1))
        self.assertEqual(budget.corrected, 1)

    def test_an_evaluation_without_changes_writes_nothing(self):
        self.succeed("order 1")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.env["reliability.slo"]._restated(NOON + 2 * MINUTE), [])

    def test_a_system_that_moves_to_another_service_takes_its_exchanges_along(self):
        other = self.env["reliability.service"].create(
            {"name": "Other", "code": "probing_too"}
        )
        slo = self.make_objective(code="other_delivered", service_id=other.id)
        self.succeed("order 1")
        self.evaluate(NOON + MINUTE)
        self.system.service_id = other
        self.evaluate(NOON + 2 * MINUTE)
        self.assertEqual(self.sums(), (0, 0))
        self.assertEqual(self.sums(slo), (1, 1))

    def test_an_exchange_that_has_not_started_is_written_and_does_not_count(self):
        values = {"integration_id": self.system.id, "state": "open"}
        exchange = self.env["reliability.exchange"].create(values)
        exchange.state = "failed"
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (0, 0))
        exchange.unlink()

    def test_a_system_without_a_service_belongs_to_the_interface(self):
        interface = self.env["reliability.service"]._by_code("integration_api")
        slo = self.make_objective(code="api_delivered", service_id=interface.id)
        self.system.service_id = False
        self.succeed("order 1")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (1, 1))


@tagged("-at_install", "post_install")
class TestOldExchanges(ExchangeCase):
    LATER = NOON + timedelta(days=91)

    def setUp(self):
        super().setUp()
        self.slo.window = "90d"  # its slices are stored for longer than exchanges
        self.succeed("order 1")
        self.refuse("order 2")
        self.evaluate(NOON + MINUTE)
        self.before = self.slices()
        with freeze_time(self.LATER):
            self.env["reliability.exchange"]._gc_exchanges()
        self.assertFalse(self.exchange("order 1"))

    def test_deleting_them_changes_nothing(self):
        self.evaluate(self.LATER)
        self.assertEqual(self.slices(), self.before)

    def test_what_is_left_of_their_time_restates_nothing(self):
        self.exchange("order 2")._resolve("not needed", True)
        self.evaluate(self.LATER)
        self.assertEqual(self.slices(), self.before)

    def test_an_objective_that_is_made_later_does_not_count_what_is_left(self):
        slo = self.make_objective(code="made_later", window="90d")
        self.succeed("order 3", when=self.LATER - HOUR)
        self.evaluate(self.LATER)
        self.assertEqual(list(self.slices(slo).values()), [(1, 1)])


@tagged("-at_install", "post_install")
class TestOldSlices(ExchangeCase):
    def test_what_is_deleted_for_its_age_does_not_begin_again(self):
        exchange = self.attempt("order 1", "unknown", "rolled_back")
        self.evaluate(NOON + MINUTE)
        later = NOON + timedelta(days=SLICE_DAYS + 1)
        with freeze_time(later):
            self.env["reliability.slo.slice"]._gc_slices()
        exchange._resolve("seen there", True)
        self.evaluate(later)
        self.assertEqual(self.slices(), {})
        self.assertEqual(self.budget().counted_good, 0)
        slo = self.make_objective(code="made_later")
        self.evaluate(later)
        self.assertEqual(self.slices(slo), {})


@tagged("-at_install", "post_install")
class TestSplits(ExchangeCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Other"})

    def test_each_company_has_its_own_budget(self):
        self.succeed("order 1")
        self.refuse("order 2", company=self.other.id)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(company_id=self.env.company), (1, 1))
        self.assertEqual(self.sums(company_id=self.other), (0, 1))

    def test_each_system_has_its_own_budget(self):
        slo = self.make_objective(code="by_system", split="system")
        self.make_system("probed_partner")
        self.succeed("order 1")
        self.refuse("order 2", integration="probed_partner")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo, system="probed_carrier"), (1, 1))
        self.assertEqual(self.sums(slo, system="probed_partner"), (0, 1))

    def test_each_warehouse_has_its_own_budget(self):
        slo = self.make_objective(code="by_warehouse", split="warehouse")
        self.succeed("order 1", warehouse="A")
        self.refuse("order 2", warehouse="B")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo, warehouse="A"), (1, 1))
        self.assertEqual(self.sums(slo, warehouse="B"), (0, 1))

    def test_one_budget_has_the_exchanges_of_all(self):
        slo = self.make_objective(code="together", split="none")
        self.succeed("order 1")
        self.refuse("order 2", company=self.other.id)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (1, 2))

    def test_only_the_system_and_the_requests_of_the_objective_count(self):
        slo = self.make_objective(
            code="labels", system="probed_carrier", operations="label, cancel"
        )
        self.make_system("probed_partner")
        self.succeed("order 1", operation="label")
        self.refuse("order 2", operation="rate")
        self.refuse("order 3", operation="label", integration="probed_partner")
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(slo), (1, 1))
