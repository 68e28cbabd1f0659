"""A ledger that is full already is counted when objectives are made."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.reliability_slo.tests.test_counting import MINUTE, NOON

from ..measures import IN_TIME
from ..models.exchanges import OVERDUE
from .exchanges import ExchangeCase

FILL = """
    INSERT INTO reliability_exchange (
        integration_id, operation, direction, identity, res_model, res_name, company_id,
        warehouse, repeatable, retry_method, state, counted_state, attempt_count,
        orphan_count, started, ended, seconds, deadline)
    SELECT %(system)s, 'probe', 'out', 'filled ' || number, '', '', %(company)s, 'WH',
           'unsafe', '', CASE WHEN number %% 50 = 0 THEN 'failed'
                              WHEN number %% 1000 = 1 THEN 'open' ELSE 'succeeded' END,
           '', 1, 0, moment, moment + interval '1 s', 1, moment + interval '1 min'
      FROM (SELECT number, %(last)s::timestamp - number * interval '200 s' AS moment
              FROM generate_series(1, 10000) AS number) AS exchange
"""


@tagged("-at_install", "post_install")
class TestFullLedger(ExchangeCase):
    def setUp(self):
        super().setUp()
        values = {
            "system": self.system.id,
            "company": self.env.company.id,
            "last": NOON,
        }
        self.env.cr.execute(FILL, values)
        self.env.cr.execute("ANALYZE reliability_exchange")

    def test_ten_thousand_exchanges_are_counted(self):
        slo = self.make_objective(code="in_time", measure=IN_TIME)
        self.evaluate(NOON + MINUTE)
        self.assertEqual(self.sums(), (9790, 9990))
        self.assertEqual(self.sums(slo), (9790, 10000))

    def test_deadlines_are_found_by_an_index(self):
        self.env.cr.execute(
            f"EXPLAIN {OVERDUE}", {"last": NOON - timedelta(minutes=1), "now": NOON}
        )
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("reliability_exchange_unresolved", plan)
