"""What is measured is called what people call it."""

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestNaming(TransactionCase):
    def assert_called(self, code, name):
        self.assertEqual(
            self.env["reliability.display.names"]._display_name_of(code), name
        )

    def test_operations_by_their_names_archived_ones_too(self):
        operation = self.env["reliability.operation"].create(
            {
                "name": "Probe",
                "code": "probe",
                "model": "res.partner",
                "method": "create_company",
                "service_id": self.env.ref("reliability.service_platform").id,
            }
        )
        self.assert_called("probe", "Probe")
        operation.active = False
        self.assert_called("probe", "Probe")

    def test_scheduled_actions_by_external_id_or_number(self):
        cron = self.env.ref("base.autovacuum_job")
        self.assert_called("base.autovacuum_job", cron.cron_name)
        self.assert_called(f"cron_{cron.id}", cron.cron_name)

    def test_whatever_else_by_its_code(self):
        for code in ("base.main_company", "cron_0", "nothing", "no.such", "a.b.c"):
            self.assert_called(code, code)
