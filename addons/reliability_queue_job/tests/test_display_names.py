"""Jobs are named after the model that they work on."""

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestDisplayNames(TransactionCase):
    def test_a_job_has_model_and_method_in_words(self):
        display_names = self.env["reliability.display.names"]
        self.assertEqual(
            display_names._display_name_of("res.partner._compute_display_name"),
            "Jobs of Contact: compute display name",
        )

    def test_other_codes_keep_their_names(self):
        display_names = self.env["reliability.display.names"]
        cron = self.env.ref("base.autovacuum_job")
        self.assertEqual(
            display_names._display_name_of("base.autovacuum_job"), cron.cron_name
        )
        for gone in ("gone.model.send", "res.partner.gone"):
            self.assertEqual(display_names._display_name_of(gone), gone)
