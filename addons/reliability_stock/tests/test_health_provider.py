"""What waits in the warehouses is told to people, with the very transfers."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .test_gauges import TransfersCase


@tagged("-at_install", "post_install")
class TestWhatIsLate(TransfersCase):
    def setUp(self):
        super().setUp()
        situation = self.env["reliability.health.provider"]
        self.scope = situation._scope(self.warehouse.id)
        self.late = self.ask(late=timedelta(hours=2)) | self.ask(
            late=timedelta(hours=1)
        )
        self.ask(late=timedelta(hours=-1))
        self.ask(late=timedelta(days=3))  # left lying: it says nothing about today
        self.env.flush_all()

    def test_it_opens_what_is_late_today_and_nothing_else(self):
        with freeze_time(self.env.cr.now()):
            (item,) = self.env["reliability.health.provider"]._alerts(self.scope)
        self.assertEqual(
            item.text, "2 transfers of today are late, the first by 2 h 0 min"
        )
        found = self.env["stock.picking"].search(item.action["domain"])
        self.assertEqual(found, self.late)

    def test_it_is_something_to_do_and_no_trouble(self):
        (item,) = self.env["reliability.health.provider"]._alerts(self.scope)
        self.assertEqual((item.state, item.can_act), ("fine", True))
