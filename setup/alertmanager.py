"""An Alertmanager that sends its alerts to Odoo."""

import json
import urllib.request

from . import debian, ports
from .server import Server

CONFIGURATION = """\
route:
  receiver: odoo
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: odoo
    webhook_configs:
      - url: {webhook}
        send_resolved: true
        http_config:
          authorization:
            credentials_file: {key}
"""


class Alertmanager(Server):
    """Alertmanager, alone, with its storage below ``folder``.

    :param webhook: the address of Odoo's route
    :param key: the API key for it
    """

    kind = "alertmanager"

    def __init__(self, folder, webhook, key):
        super().__init__(folder)
        self.webhook = webhook
        self.key = key

    def configure(self):
        key_file = self.folder / "odoo.key"
        key_file.write_text(self.key)
        key_file.chmod(0o600)
        (self.folder / "alertmanager.yml").write_text(
            CONFIGURATION.format(
                webhook=json.dumps(self.webhook), key=json.dumps(str(key_file))
            )
        )

    def command(self):
        return [
            debian.program("prometheus-alertmanager"),
            f"--config.file={self.folder / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address={ports.LOOPBACK}:{self.port}",
            "--cluster.listen-address=",  # no other instances
        ]

    def answers(self):
        return self.responds("/-/ready")

    def send(self, *alerts):
        """Send alerts to it, as Prometheus does.

        :param alerts: as API v2 takes them: ``labels``, ``startsAt``, ``endsAt`` …
        """
        request = urllib.request.Request(
            f"{self.url}/api/v2/alerts",
            json.dumps(alerts).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request):
            pass
