"""The EDI loop-back of background work."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.reliability_synthetic.run_result import PASSED
from odoo.addons.reliability_synthetic.tests.background import BackgroundCase

from .. import post_init_hook
from ..models.reliability_synthetic_loop_back import ReliabilitySyntheticLoopBack

XMLID = "reliability_synthetic_edi"


@tagged("-at_install", "post_install")
class TestLoopBack(BackgroundCase):
    """A document is sent, received back and processed, and nothing of it remains."""

    def setUp(self):
        super().setUp()
        self.only()
        post_init_hook(self.env)

    def run_journey(self):
        """Return the result of a run whose scheduled action has run."""
        run = self.begin()
        self.run_scheduled_action()
        return self.results(run)["edi"]

    def counts(self):
        """Return the number of rows that a document has."""
        models = ("edi.exchange.record", "ir.attachment", "mail.message")
        self.env.flush_all()
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in models
        }

    def test_it_arrives_when_the_document_is_processed(self):
        self.assertEqual(self.run_journey().result, PASSED)

    def test_nothing_remains(self):
        before = self.counts()
        self.run_journey()
        self.assertEqual(self.counts(), before)

    def test_no_number_of_the_business_is_drawn(self):
        sequence = self.env.ref("edi_core_oca.seq_edi_exchange_record")
        before = sequence.number_next_actual
        self.run_journey()
        sequence.invalidate_recordset()
        self.assertEqual(sequence.number_next_actual, before)

    def test_configured_reactions_to_exchanges_are_not_started(self):
        configurations = self.env.registry["edi.configuration"]
        with patch.object(configurations, "edi_get_conf_global") as reactions:
            self.assertEqual(self.run_journey().result, PASSED)
        reactions.assert_not_called()

    def test_its_backend_is_no_partner_system(self):
        self.env["edi.backend"]._reliability_register_systems()
        backend = self.env.ref(f"{XMLID}.backend")
        domain = [("edi_backend_id", "=", backend.id)]
        self.assertFalse(self.env["reliability.integration"].search(domain))

    def test_each_step_that_fails_is_named_by_its_error(self):
        for step in ("generate", "send", "receive", "process"):
            with self.subTest(step), self.full_disk_at(step):
                result = self.run_journey()
                self.assertEqual(result.cause, "failed_edi")
                self.assertIn("No space left on device", self.sentence(result))

    def full_disk_at(self, step):
        """Let a step of the loop-back fail as if the disk was full."""
        error = OSError(28, "No space left on device")
        return patch.object(ReliabilitySyntheticLoopBack, step, side_effect=error)

    def test_another_document_comes_back(self):
        with patch.object(
            ReliabilitySyntheticLoopBack, "receive", return_value="UNB+UNOC"
        ):
            result = self.run_journey()
        self.assertIn("Received 'UNB+UNOC' instead of what was sent", result.error)

    def test_its_backend_was_deleted(self):
        types = self.env["edi.exchange.type"]
        types.search([("code", "=like", "reliability_synthetic_%")]).unlink()
        self.env.ref(f"{XMLID}.backend").unlink()
        self.assertIn("upgrade the app", self.sentence(self.run_journey()))
