"""However the ledger is written, and whenever it is counted, the result is the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.reliability.tests import clocks  # noqa: F401 - its profile
from odoo.addons.reliability_slo.tests.test_counting import HOUR, MINUTE, NOON

from ..measures import IN_TIME
from .exchanges import BEGIN, ExchangeCase

DEADLINE = BEGIN + HOUR
ATTEMPTS = {
    "in time": ("succeeded", "committed", {}),
    "late": ("succeeded", "committed", {"seconds": 4000}),
    "refused": ("failed", "rolled_back", {}),
    "not answered": ("unknown", "rolled_back", {"when": BEGIN + 20 * MINUTE}),
    "rolled back": ("succeeded", "rolled_back", {"when": BEGIN + 20 * MINUTE}),
    "open": ("", "", {}),
    "retried": ("failed", "rolled_back", {"retried": True}),
    "rejected": ("rejected", "rolled_back", {}),
}
MESSAGES = [
    (key, known)
    for key, attempt in ATTEMPTS.items()
    for known in range(bool(attempt[0]) * 2 + 1)
]
"""Each attempt as it becomes known: it began, it ended, its transaction ended."""


@tagged("-at_install", "post_install")
class TestAnyOrder(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.in_time = cls.make_objective(code="in_time", measure=IN_TIME)

    @settings(max_examples=15)
    @given(
        order=st.permutations(MESSAGES),
        evaluated=st.sets(st.integers(0, len(MESSAGES)), max_size=4),
    )
    def test_any_order_of_messages_and_evaluations_gives_the_same(
        self, order, evaluated
    ):
        with self.env.cr.savepoint() as savepoint:
            for number, (key, known) in enumerate(order):
                outcome, state, values = ATTEMPTS[key]
                outcome, state = outcome if known else "", state if known > 1 else ""
                self.attempt(key, outcome, state, deadline=DEADLINE, **values)
                if number in evaluated:
                    self.evaluate(NOON + 5 * number * MINUTE)
            self.evaluate(NOON + 3 * HOUR)
            self.assertEqual(self.sums(), (2, 5))
            self.assertEqual(self.sums(self.in_time), (1, 7))
            for slo in self.slo, self.in_time:
                anew = self.make_objective(code=f"{slo.code}_anew", measure=slo.measure)
                self.evaluate(NOON + 3 * HOUR)
                self.assertEqual(self.slices(slo), self.slices(anew))
            savepoint.rollback()
        self.env.invalidate_all()
