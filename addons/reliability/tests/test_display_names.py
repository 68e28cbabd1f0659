"""Display names of what is measured."""

from odoo.tests import TransactionCase, tagged


@tagged("-at_install", "post_install")
class TestDisplayNames(TransactionCase):
    def assert_name(self, code, name):
        self.assertEqual(
            self.env["reliability.display.names"]._display_name_of(code), name
        )

    def test_operation_by_its_name_also_if_archived(self):
        operation = self.env["reliability.operation"].create(
            {
                "name": "Probe",
                "code": "probe",
                "model": "res.partner",
                "method": "create_company",
                "service_id": self.env.ref("reliability.service_platform").id,
            }
        )
        self.assert_name("probe", "Probe")
        operation.active = False
        self.assert_name("probe", "Probe")

    def test_scheduled_action_by_external_id_or_number(self):
        cron = self.env.ref("base.autovacuum_job")
        self.assert_name("base.autovacuum_job", cron.cron_name)
        self.assert_name(f"cron_{cron.id}", cron.cron_name)

    def test_anything_else_by_its_code(self):
        for code in ("base.main_company", "cron_0", "nothing", "no.such", "a.b.c"):
            self.assert_name(code, code)
