"""Operations with an integration: each call is recorded as an exchange."""

from unittest.mock import Mock, patch

from odoo.tests import tagged

from odoo.addons.reliability.api import instrumentation_of

from .common import LedgerCase

METHOD = "address_get"


@tagged("post_install", "-at_install")
class TestOperationsWithIntegration(LedgerCase):
    def setUp(self):
        super().setUp()
        with self.committed() as env:
            integration = env["reliability.integration"].create(
                {"name": "Post", "code": "post", "kind": "carrier"}
            )
            self.operation_id = self.operation(env, integration).id
        self.instrument()
        self.addCleanup(self.delete_operation)

    def operation(self, env, integration, **values):
        return env["reliability.operation"].create(
            {
                "name": "Look up",
                "code": "look_up",
                "service_id": env.ref("reliability.service_platform").id,
                "model": "res.partner",
                "method": METHOD,
                "integration_id": integration.id,
                "repeatable": "safe",
                **values,
            }
        )

    def instrument(self):
        with self.committed() as env:
            instrumentation_of(env.registry).synchronize(env.cr)

    def delete_operation(self):
        with self.committed() as env:
            env["reliability.operation"].browse(self.operation_id).unlink()
        self.instrument()

    def call(self):
        with self.committed() as env:
            return self.partner(env).address_get()

    def test_each_call_is_an_exchange(self):
        self.assertTrue(self.call())
        exchange = self.exchange()
        self.assertEqual(exchange["operation"], "look_up")
        self.assertEqual(exchange["state"], "succeeded")
        self.assertEqual(exchange["res_id"], self.partner_id)
        self.assertEqual(exchange["repeatable"], "safe")
        self.assertEqual(self.outcomes_of("look_up"), ["success"])

    def test_an_error_is_raised_unchanged_and_recorded(self):
        with self.assertRaises(TypeError), self.committed() as env:
            self.partner(env).address_get(5)
        self.assertEqual(self.exchange()["state"], "failed")
        self.assertEqual(
            [attempt["error_class"] for attempt in self.attempts()], ["TypeError"]
        )

    def test_the_outcome_of_the_model_is_recorded(self):
        hook = "_reliability_outcome"
        for outcome, state in (("failed", "failed"), ("not_done", "rejected")):
            with self.subTest(outcome):
                with self.committed() as env:
                    model_class = env.registry["res.partner"]
                with patch.object(model_class, hook, Mock(return_value=outcome)):
                    self.instrument()
                    self.call()
                self.instrument()
                self.assertEqual(self.exchanges()[-1]["state"], state)

    def test_an_operation_without_integration_has_no_exchange(self):
        with self.committed() as env:
            operation = env["reliability.operation"].browse(self.operation_id)
            operation.integration_id = False
        self.instrument()
        self.call()
        self.assertFalse(self.exchanges())
