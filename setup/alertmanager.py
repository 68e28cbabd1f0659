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
        max_alerts: {max_alerts}
        http_config:
          authorization:
            credentials_file: {key}
"""


class Alertmanager(Server):
    """Alertmanager, alone, with its storage below ``folder``.

    :param webhook: the address of Odoo's route
    :param key: the API key for it
    :param max_alerts: in a message; it leaves out the rest of a group.  0: no limit
    """

    kind = "alertmanager"

    def __init__(self, folder, webhook, key, port=None, max_alerts=0):
        super().__init__(folder, port)
        self.webhook = webhook
        self.key = key
        self.max_alerts = max_alerts

    def configure(self):
        key_file = self.folder / "odoo.key"
        key_file.write_text(self.key)
        key_file.chmod(0o600)
        (self.folder / "alertmanager.yml").write_text(
            CONFIGURATION.format(
                webhook=json.dumps(self.webhook),
                key=json.dumps(str(key_file)),
                max_alerts=self.max_alerts,
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
        self._request("alerts", json.dumps(alerts).encode())

    def alerts(self):
        """Return the alerts that fire."""
        return json.loads(self._request("alerts"))

    def silences(self):
        """Return the silences that have not ended."""
        found = json.loads(self._request("silences"))
        return [one for one in found if one["status"]["state"] != "expired"]

    def _request(self, path, body=None):
        headers = {"Content-Type": "application/json"}
        address = f"{self.url}/api/v2/{path}"
        request = urllib.request.Request(address, body, headers)
        with urllib.request.urlopen(request) as answer:
            return answer.read()
