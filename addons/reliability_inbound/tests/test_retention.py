"""Messages are stored for a week, and no more of them than a limit."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.reliability_inbound.models import reliability_inbound_message


@tagged("-at_install", "post_install")
class TestRetention(TransactionCase):
    def setUp(self):
        super().setUp()
        self.messages = self.env["reliability.inbound.message"]
        self.messages.search([]).unlink()

    def store(self, key_number=1, **age):
        now = self.env.cr.now()
        values = {"kind": "probe", "key_number": key_number}
        return self.messages.create({**values, "received_at": now - timedelta(**age)})

    def vacuum(self):
        self.messages._gc_messages()
        self.messages._gc_wrong_keys()

    def test_after_a_week(self):
        new, old = self.store(days=6, hours=23), self.store(days=7, minutes=1)
        self.vacuum()
        self.assertTrue(new.exists())
        self.assertFalse(old.exists())

    def test_the_oldest_beyond_the_limit(self):
        rows = [self.store(hours=hours) for hours in range(4)]
        with patch.object(reliability_inbound_message, "MAX_ROWS", 2):
            self.vacuum()
        self.assertEqual([bool(row.exists()) for row in rows], [1, 1, 0, 0])

    def test_those_with_wrong_keys_after_a_day(self):
        new, old = self.store(0, hours=23), self.store(0, hours=25)
        self.vacuum()
        self.assertTrue(new.exists())
        self.assertFalse(old.exists())
