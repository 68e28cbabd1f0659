"""Operations of kind integration: an exchange for who cannot touch the code."""

from unittest.mock import Mock, patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.reliability.instrumentation.registry import instrumentation_of

from .common import LedgerCase

METHOD = "address_get"


@tagged("post_install", "-at_install")
class TestOperationsOfKindIntegration(LedgerCase):
    def setUp(self):
        super().setUp()
        with self.committed() as env:
            integration = env["reliability.integration"].create(
                {"name": "Post", "code": "post", "kind": "carrier"}
            )
            self.operation_id = self.operation(env, integration).id
        self.follow()
        self.addCleanup(self.forget_operation)

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

    def follow(self):
        with self.committed() as env:
            instrumentation_of(env.registry).follow(env.cr)

    def forget_operation(self):
        with self.committed() as env:
            env["reliability.operation"].browse(self.operation_id).unlink()
        self.follow()

    def call(self):
        with self.committed() as env:
            return self.partner(env).address_get()

    def test_each_call_is_an_exchange(self):
        self.assertTrue(self.call())
        found = self.exchange()
        self.assertEqual((found["operation"], found["state"]), ("look_up", "succeeded"))
        self.assertEqual(found["res_id"], self.partner_id)
        self.assertEqual(found["repeatable"], "safe")
        self.assertEqual(self.outcomes_of("look_up"), ["success"])

    def test_an_error_passes_and_is_on_record(self):
        with self.assertRaises(TypeError), self.committed() as env:
            self.partner(env).address_get(5)
        self.assertEqual(self.exchange()["state"], "failed")
        self.assertEqual([of["error"] for of in self.attempts()], ["TypeError"])

    def test_the_model_s_verdict_counts(self):
        verdict = "_reliability_outcome"
        for says, state in (("failed", "failed"), ("not_done", "rejected")):
            with self.subTest(says):
                with self.committed() as env:
                    model_class = env.registry["res.partner"]
                with patch.object(model_class, verdict, Mock(return_value=says)):
                    self.follow()
                    self.call()
                self.follow()
                self.assertEqual(self.exchanges()[-1]["state"], state)

    def test_who_names_no_integration_has_no_exchange(self):
        with self.committed() as env:
            operation = env["reliability.operation"].browse(self.operation_id)
            operation.integration_id = False
        self.follow()
        self.call()
        self.assertFalse(self.exchanges())

    def test_a_method_that_asks_again_must_be_there(self):
        with self.assertRaises(ValidationError), self.committed() as env:
            operation = env["reliability.operation"].browse(self.operation_id)
            operation.repeatable_method = "no_such_method"
