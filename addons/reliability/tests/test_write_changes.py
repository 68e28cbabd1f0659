"""What is computed again each minute is written only where it differs."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..models.write_changes import write_changes


@tagged("-at_install", "post_install")
class TestWriteChanges(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        services = cls.env["reliability.service"]
        cls.first, cls.second = services.create(
            [{"name": "First", "code": "first"}, {"name": "Second", "code": "second"}]
        )
        cls.service = services.create(
            {
                "name": "Probe",
                "code": "probe_changes",
                "owner_id": cls.env.user.id,
                "depends_on_ids": (cls.first + cls.second).ids,
            }
        )

    def written(self, **values):
        """Return the values that were written."""
        services, written = type(self.service), []
        write = services.write

        def writing(records, vals):
            written.append(vals)
            return write(records, vals)

        with patch.object(services, "write", writing):
            write_changes(self.service, values)
        return written

    def test_the_same_values_are_not_written(self):
        self.assertFalse(
            self.written(
                name="Probe",
                description="",
                runbook=None,
                active=True,
                owner_id=self.env.user.id,
                depends_on_ids=self.second + self.first,
            )
        )

    def test_others_are_in_one_write(self):
        written = self.written(name="Renamed", active=True, owner_id=None, sequence=7)
        self.assertEqual(
            written, [{"name": "Renamed", "owner_id": False, "sequence": 7}]
        )

    def test_records_are_written_as_their_ids(self):
        self.written(owner_id=self.env.ref("base.user_root"), depends_on_ids=self.first)
        self.assertEqual(self.service.owner_id, self.env.ref("base.user_root"))
        self.assertEqual(self.service.depends_on_ids, self.first)
