"""Of two collectors of a host, the one that leads has the port."""

import socket
import threading

from odoo.tests import tagged

from ..collector import service
from ..collector.tasks import CollectorTask
from ..odoo_conf import Settings
from .clocks import LIMIT
from .common import FolderCase
from .recordings import record


@tagged("-at_install", "post_install")
class TestCollectorService(FolderCase):
    def service(self):
        new = service.CollectorService()
        self.addCleanup(new.close)
        return new

    def setUp(self):
        super().setUp()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        ours = Settings(telemetry_dir=self.folder, metrics_port=port)
        self.patch(service, "settings", lambda: ours)

    def test_the_port_goes_to_the_collector_that_leads(self):
        first, second = self.service(), self.service()
        first.cycle()
        self.assertIsNotNone(first._endpoint)
        for path in self.folder.iterdir():
            path.unlink()
        with self.assertLogs(service.__name__, "ERROR"):
            second.cycle()  # it leads, but the port is still in use
        first.cycle()
        self.assertIsNone(first._endpoint)
        second.cycle()
        self.assertIsNotNone(second._endpoint)

    def test_tasks_close_what_they_have_open_when_it_leads_no_longer(self):
        ran, closed = threading.Event(), threading.Event()

        class Task(CollectorTask):
            interval = 0.01

            def run(self):
                closed.clear()
                ran.set()

            def close(self):
                closed.set()

        self.patch(service, "make_tasks", lambda *arguments: [Task(*arguments)])
        running = self.service()
        running.cycle()
        self.assertTrue(ran.wait(LIMIT))
        running._collector.close()
        self.assertTrue(closed.wait(LIMIT))
        ran.clear()
        running.cycle()
        self.assertTrue(ran.wait(LIMIT))
        running.close()
        self.assertTrue(closed.is_set())
        for thread in running._working:
            self.assertFalse(thread.is_alive())

    def test_the_last_calls_are_read_before_the_end(self):
        """With a container, the folder with the slots is gone."""
        running, counted = self.service(), []
        running.cycle()
        record(self.recorder())
        self.patch(
            running._poller,
            "_announce_end",
            lambda: counted.append(running._collector._totals.events),
        )
        running.close()
        self.assertEqual(counted, [1])

    def test_a_collector_that_waits_announces_nothing(self):
        leading, waiting, announced = self.service(), self.service(), []
        leading.cycle()
        waiting.cycle()
        self.patch(
            waiting._poller, "_announce_end", lambda: announced.append("the end")
        )
        waiting.close()
        self.assertFalse(waiting._polling.is_alive())
        self.assertEqual(announced, [])
