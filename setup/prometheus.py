"""A Prometheus server that scrapes the demo's collector."""

import json
import os
import signal
import urllib.parse
import urllib.request

from . import debian, odoo_config, ports
from .server import Server

CONFIGURATION = """\
global:
  scrape_interval: {interval}
  scrape_timeout: {interval}
  evaluation_interval: {interval}
rule_files: {rules}
alerting:
  alertmanagers:
    - static_configs:
        - targets: {alertmanagers}
scrape_configs:
  - job_name: odoo
    authorization:
      credentials_file: {token}
    static_configs:
      - targets: ["{target}"]
"""


class Prometheus(Server):
    """Prometheus, with its storage below ``folder``.

    :param metrics_port: of the collector to scrape
    :param interval: between scrapes, as Prometheus writes durations
    :param rules: a file with rules
    :param alertmanager: port of the Alertmanager that their alerts are sent to
    """

    kind = "prometheus"

    def __init__(
        self,
        folder,
        port=9090,
        metrics_port=9108,
        interval="1s",
        rules=None,
        alertmanager=None,
    ):
        super().__init__(folder, port)
        self.metrics_port = metrics_port
        self.interval = interval
        self.rules = rules
        self.alertmanager = alertmanager
        self.config = folder / "prometheus.yml"

    def configure(self):
        self.config.write_text(
            CONFIGURATION.format(
                interval=self.interval,
                target=f"{ports.LOOPBACK}:{self.metrics_port}",
                token=json.dumps(str(odoo_config.metrics_token())),
                rules=json.dumps([str(self.rules)] if self.rules else []),
                alertmanagers=json.dumps(self._alertmanagers()),
            )
        )

    def _alertmanagers(self):
        port = self.alertmanager
        return [f"{ports.LOOPBACK}:{port}"] if port else []

    def command(self):
        return [
            debian.program("prometheus"),
            f"--config.file={self.config}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={ports.LOOPBACK}:{self.port}",
            # It knows no Alertmanager in its first seconds, and drops alerts then.
            f"--rules.alert.resend-delay={self.interval}",
        ]

    def answers(self):
        return self.responds("/-/ready")

    def load(self, rules):
        """Evaluate the rules in a file from now on.

        :param rules: its path
        """
        self.rules = rules
        self.configure()
        os.kill(self.pid, signal.SIGHUP)

    def query(self, expression):
        """Return the samples that a PromQL expression selects now.

        :return: list of dictionaries with ``metric`` (the labels) and ``value``
            (a pair: the time, and the value as text)
        """
        return self._get("query", query=expression)["result"]

    def families(self):
        """Return the names of all scraped families, also of those without samples."""
        return set(self._get("metadata"))

    def _get(self, what, **arguments):
        url = f"{self.url}/api/v1/{what}?{urllib.parse.urlencode(arguments)}"
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)["data"]
