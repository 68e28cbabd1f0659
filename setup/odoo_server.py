"""An Odoo server in the background, for the demo and for tests."""

import os
import signal

from . import odoo_config, paths, ports, processes, python_env
from .server import Server


class OdooServer(Server):
    """Odoo on one database, with our addons loaded server-wide.

    Ports that are not given are free ones. The server writes to ``folder``, except for
    the filestore of the database.

    :param database: the only database that it serves
    :param workers: HTTP workers of the prefork server; 0 is the threaded server
    :param options: more entries of section ``options`` of its configuration
    :param reliability: more entries of section ``reliability``
    :param variables: added to its environment
    :param channels: of queue_job, such as ``root:2``; without them it runs no jobs
    :param telemetry: its telemetry folder; below ``folder`` by default
    """

    kind = "odoo"

    def __init__(
        self,
        database,
        folder,
        workers=2,
        http_port=None,
        gevent_port=None,
        metrics_port=None,
        options=None,
        reliability=None,
        variables=None,
        channels="",
        telemetry=None,
    ):
        super().__init__(folder, http_port)
        self.database = database
        self.workers = workers
        self.gevent_port = gevent_port or ports.free_port()
        self.metrics_port = metrics_port or ports.free_port()
        self.config = folder / "odoo.conf"
        self.options = options or {}
        self.reliability = reliability or {}
        self.variables = variables or {}
        self.channels = channels
        self.telemetry = telemetry or folder / "telemetry"

    @property
    def metrics_url(self):
        """The URL at which its collector serves Prometheus."""
        return f"http://{ports.LOOPBACK}:{self.metrics_port}/metrics"

    def ports(self):
        return {
            self.port: "Odoo",
            self.gevent_port: "Odoo's evented worker",
            self.metrics_port: "metrics",
        }

    def configure(self):
        options = {
            "db_name": self.database,
            "dbfilter": f"^{self.database}$",
            "gevent_port": self.gevent_port,
            "http_port": self.port,
            "max_cron_threads": 1,
            "workers": self.workers,
        }
        odoo_config.write(
            self.config,
            {**options, **self.options},
            {
                "metrics_port": self.metrics_port,
                "telemetry_dir": self.telemetry,
                **self.reliability,
            },
            self.channels,
        )

    def command(self):
        return [paths.PYTHON, paths.LAUNCHER, "-c", self.config]

    def environ(self):
        return python_env.environ(**self.variables)

    def answers(self):
        return self.responds("/web/health")

    def reload(self):
        """Make it load code and configuration again; its pid stays the same."""
        os.kill(self.pid, signal.SIGHUP)

    def worker_pids(self):
        """Return the pids of its HTTP workers."""
        return self._children("WorkerHTTP")

    def cron_pids(self):
        """Return the pids of its workers for scheduled actions."""
        return self._children("WorkerCron")

    def collector_pid(self):
        """Return the pid of its collector, or ``None``."""
        found = self._children("Collector")
        return found[0] if found else None

    def _children(self, kind):
        """Return the pids of workers of a kind, which is a part of their title."""
        titles = {
            pid: processes.command_line(pid) for pid in processes.children(self.pid)
        }
        return [
            pid
            for pid, title in titles.items()
            if title.startswith("odoo: ") and kind in title
        ]
