"""Jobs are called by what they work on."""

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestNaming(TransactionCase):
    def test_model_and_method_in_words(self):
        naming = self.env["reliability.display.names"]
        self.assertEqual(
            naming._display_name_of("res.partner._compute_display_name"),
            "Jobs of Contact: compute display name",
        )

    def test_what_is_no_job_by_its_own_name(self):
        naming = self.env["reliability.display.names"]
        cron = self.env.ref("base.autovacuum_job")
        self.assertEqual(naming._display_name_of("base.autovacuum_job"), cron.cron_name)
        for gone in ("gone.model.send", "res.partner.gone"):
            self.assertEqual(naming._display_name_of(gone), gone)
