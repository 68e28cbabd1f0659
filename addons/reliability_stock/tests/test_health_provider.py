"""Late transfers are an alert that opens exactly these transfers."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .test_gauges import TransfersCase


@tagged("-at_install", "post_install")
class TestLateTransfers(TransfersCase):
    def setUp(self):
        super().setUp()
        self.provider = self.env["reliability.health.provider"]
        self.scope = self.provider._scope(self.warehouse.id)
        self.late = self.make_delivery(late=timedelta(hours=2)) | self.make_delivery(
            late=timedelta(hours=1)
        )
        self.make_delivery(late=timedelta(hours=-1))
        self.make_delivery(late=timedelta(days=3))  # abandoned
        self.env.flush_all()

    def test_the_alert_opens_exactly_the_late_transfers_of_today(self):
        with freeze_time(self.env.cr.now()):
            (alert,) = self.provider._alerts(self.scope)
        self.assertEqual(
            alert.text,
            "2 transfers of the last 24 hours are late, the first by 2 h 0 min",
        )
        opened = self.env["stock.picking"].search(alert.action["domain"])
        self.assertEqual(opened, self.late)

    def test_the_alert_does_not_degrade_the_service(self):
        (alert,) = self.provider._alerts(self.scope)
        self.assertEqual((alert.state, alert.can_act), ("fine", True))
