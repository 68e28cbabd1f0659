"""Journeys of rehearsals, and steps that are planted in them."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from ..models.problem_messages import describe_problem
from ..models.reliability_synthetic_step_rehearsal import ReliabilitySyntheticStep
from ..rehearsal import rehearse
from ..steps import FUNCTIONS

STEPS = ("quotation", "confirm", "reserve", "validate")


class RehearsalCase(TransactionCase):
    """Rehearsals have connections of their own: they see what is committed."""

    def setUp(self):
        super().setUp()
        self.company = self.env.ref("base.main_company")
        self.warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.journey = self.make_journey()

    def make_journey(self, steps=STEPS, **values):
        defaults = {
            "name": "Order to shipment",
            "code": "rehearsed_order",
            "company_id": self.company.id,
            "user_id": self.env.ref("base.user_admin").id,
            "step_ids": [Command.create({"step": step}) for step in steps],
        }
        return self.env["reliability.synthetic.journey"].create(defaults | values)

    @contextmanager
    def planted(self, **functions):
        """Replace steps: code → function of a case."""
        replaced = FUNCTIONS | functions
        with patch.object(
            ReliabilitySyntheticStep, "_functions", lambda _self: replaced
        ):
            yield

    def rehearse(self, **functions):
        """Return the attempt, with steps that are planted."""
        with self.planted(**functions):
            return rehearse(self.journey)

    def assertPasses(self, attempt):
        failed = attempt.failed_step
        self.assertFalse(failed, failed and self.sentence(attempt))
        self.assertEqual(attempt.result, "passed")

    def assertFails(self, attempt, step, cause):
        """Check where and why it has failed, and return the sentence."""
        failed = attempt.failed_step
        self.assertTrue(failed, "passed")
        self.assertEqual((failed.step, failed.cause), (step, cause), failed)
        self.assertIs(attempt.steps[-1], failed, "the last step that is executed")
        return self.sentence(attempt)

    def sentence(self, attempt):
        failed = attempt.failed_step
        return describe_problem(
            self.env, failed.step, failed.cause, failed.error, failed.values
        )


class CopiedRehearsalCase(RehearsalCase):
    """Rehearsals that see what the test has not committed."""

    def setUp(self):
        super().setUp()
        self.user = new_test_user(
            self.env,
            "rehearsing",
            "sales_team.group_sale_salesman,stock.group_stock_user",
        )
        self.journey.user_id = self.user

    def rehearse(self, **functions):
        with self.enter_registry_test_mode():
            return super().rehearse(**functions)
