"""Exchanges that the functions of the ledger record, in the current transaction."""

import json
from datetime import UTC, timedelta

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.reliability.api import store_text
from odoo.addons.reliability_slo.tests.test_counting import NOON, ObjectiveCase

from ..measures import DELIVERED
from ..models.exchange_changes import COMPLETE_SINCE

SECOND = timedelta(seconds=1)
BEGIN = NOON + 30 * SECOND
"""When exchanges of tests begin."""


class ExchangeCase(ObjectiveCase):
    """An objective of the service of a partner system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = cls.make_system("probed_carrier")
        cls.manager = new_test_user(
            cls.env, "resolves", "base.group_user,reliability.group_manager"
        )
        # Other tests have written and deleted exchanges.
        cls.env.cr.execute("DELETE FROM reliability_slo_exchange_change")
        store_text(
            cls.env,
            COMPLETE_SINCE.key,
            fields.Datetime.to_string(NOON - timedelta(days=60)),
        )

    @classmethod
    def make_objective(cls, **values):
        return super().make_objective(**{"measure": DELIVERED} | values)

    @classmethod
    def make_system(cls, code, **values):
        values = {"name": code, "code": code, "service_id": cls.service.id} | values
        return cls.env["reliability.integration"].create(values)

    def attempt(
        self,
        key,
        outcome="",
        state="",
        *,
        number=1,
        when=BEGIN,
        seconds=1,
        retried=False,
        references=(),
        deadline=None,
        **values,
    ):
        """Record what is known of an attempt of an exchange, and return the exchange.

        :param outcome: what the partner system did; empty while nothing is known
        :param state: how our transaction ended; empty while it has not
        """
        message = {
            "uid": f"{key} {number}",
            "key": key,
            "integration": self.system.code,
            "operation": "probe",
            "direction": "out",
            "company": self.env.company.id,
            "started": when.replace(tzinfo=UTC).timestamp(),
            "deadline": deadline and deadline.replace(tzinfo=UTC).isoformat(),
        } | values
        if outcome:
            named = [{"name": name, "kind": "tracking"} for name in references]
            message |= {"outcome": outcome, "seconds": seconds, "references": named}
        if state:
            message |= {"transaction_state": state, "retried": retried}
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT reliability_record_attempt(%s)", [json.dumps(message)]
        )
        self.env.invalidate_all()
        return self.exchange(key)

    def succeed(self, key, **values):
        """Record an exchange whose first attempt succeeds."""
        return self.attempt(key, "succeeded", "committed", **values)

    def refuse(self, key, **values):
        """Record an exchange whose first attempt is refused by the partner system."""
        return self.attempt(key, "failed", "rolled_back", **values)

    def exchange(self, key):
        """Return the last exchange with a key."""
        exchanges = self.env["reliability.exchange"].with_user(self.manager)
        exchanges = exchanges.with_company(self.env.company)
        found = exchanges.sudo().search(
            [("identity", "=", f"key {key}")], order="id desc", limit=1
        )
        return found.sudo(False)

    def slices(self, slo=None):
        """Return the slices of an objective: begin → good and all, of all budgets."""
        budgets = (slo or self.slo).budget_ids
        return {
            (budget.company_id.id, budget.system, one.start): (one.good, one.total)
            for budget in budgets
            for one in self.env["reliability.slo.slice"].search(
                [("budget_id", "=", budget.id), ("total", ">", 0)]
            )
        }
