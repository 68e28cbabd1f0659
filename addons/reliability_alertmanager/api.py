"""Alertmanager's API v2, as far as Odoo uses it.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from typing import NamedTuple

from odoo.addons.reliability_outbound.requests_out import request


class Alertmanager(NamedTuple):
    """An Alertmanager.

    :ivar url: its address, without ``/api``
    """

    url: str

    def post_alerts(self, alerts: list[dict]) -> None:
        """Send alerts, as Prometheus does."""
        self._request("POST", "alerts", json=alerts)

    def firing(self, receiver: str) -> list[dict]:
        """Return the alerts that it sends to a receiver now.

        :param receiver: a regular expression
        """
        only = {"active": "true", "inhibited": "false", "receiver": receiver}
        return self._request("GET", "alerts", params=only).json()

    def fingerprints(self) -> set[str]:
        """Return the fingerprints of all alerts that it has, also silent ones."""
        return {alert["fingerprint"] for alert in self._request("GET", "alerts").json()}

    def silences(self) -> list[dict]:
        """Return all silences, also those that have ended."""
        return self._request("GET", "silences").json()

    def set_silence(self, silence: dict) -> None:
        """Make a silence; with the ``id`` of one, change it."""
        self._request("POST", "silences", json=silence)

    def end_silence(self, silence_id: str) -> None:
        """End a silence."""
        self._request("DELETE", f"silence/{silence_id}")

    def _request(self, method, path, **kwargs):
        url = f"{self.url.rstrip('/')}/api/v2/{path}"
        return request(method, url, **kwargs)
