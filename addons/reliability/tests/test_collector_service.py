import socket

from odoo.tests import tagged

from ..collector import service
from ..odoo_conf import Settings
from .common import FolderCase


@tagged("-at_install", "post_install")
class TestTheServiceOfAServer(FolderCase):
    def service(self):
        started = service.CollectorService()
        self.addCleanup(started.close)
        return started

    def setUp(self):
        super().setUp()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        ours = Settings(telemetry_dir=self.folder, metrics_port=port)
        self.patch(service, "settings", lambda: ours)

    def test_who_loses_the_lead_gives_the_port_to_who_has_it(self):
        first, second = self.service(), self.service()
        first.cycle()
        self.assertIsNotNone(first._endpoint)
        for path in self.folder.iterdir():
            path.unlink()
        with self.assertLogs(service.__name__, "ERROR"):
            second.cycle()  # leads by now, and the port is taken still
        first.cycle()
        self.assertIsNone(first._endpoint)
        second.cycle()
        self.assertIsNotNone(second._endpoint)
