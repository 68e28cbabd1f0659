"""What hosts say of themselves: how busy their workers are, and with what."""

from datetime import timedelta

from odoo import api, fields, models

from ..telemetry.evaluation import DEGRADED, INTERRUPTED, Finding
from .retention import forget

_STILL = timedelta(seconds=40)
"""Collectors are here every ten seconds: what is older is not known to be so."""
_FULL = 0.8
"""The share of looks at which all workers are busy, from which on they are too few."""
_FEWEST_LOOKS = 20
"""There is one a second."""


class ReliabilityHost(models.Model):
    """Written only by collectors, see ``collector/host_heartbeat``."""

    _name = "reliability.host"
    _description = "What a Host Says of Itself"
    _log_access = False
    _order = "name"

    name = fields.Char(required=True)
    noted = fields.Datetime(required=True)
    says = fields.Json(required=True)

    _name_unique = models.UniqueIndex("(name)")

    @api.model
    def _now(self):
        """Return the hosts that say how they are now."""
        return self.sudo().search([("noted", ">=", self.env.cr.now() - _STILL)])

    def _busy(self):
        """Return since when all workers of this host have been busy, while more waits.

        :return: a finding, whose part is the requests at hand and whose whole is the
            workers; ``None`` where they are not all busy
        :rtype: Finding | None
        """
        looks, waiting, began = 0, 0, 0.0
        is_told = False
        for spell in self.says["samples"]:  # the last first
            if spell["full"] < _FULL * spell["looks"]:
                break
            looks, began = looks + spell["looks"], spell["began"]
            is_told |= spell["waiting"] is not None
            waiting = max(waiting, spell["waiting"] or 0)
        if looks < _FEWEST_LOOKS or (is_told and not waiting):
            return None
        serving = self.says["serving"]
        since = self.noted - timedelta(seconds=began)
        return Finding(DEGRADED, "busy", serving + waiting, serving, since)

    def _of_redis(self):
        """Return what is wrong with each Redis that this host uses.

        Without sessions nobody can work; without a cache, more slowly.

        :return: use and trouble, and a finding
        """
        for of in self.says.get("redis", ()):
            is_over = of["use"] == "sessions" and of["what"] == "down"
            state = INTERRUPTED if is_over else DEGRADED
            since = self.noted - timedelta(seconds=of["began"])
            yield f"{of['use']} {of['what']}", Finding(state, "redis", 1, 1, since)

    @api.model
    def _findings(self):
        """Return what is wrong with the platform, as hosts say.

        :return: findings, each with what it is of: a Redis, or the name of the host
        """
        found = []
        for host in self._now():
            found += host._of_redis()
            if busy := host._busy():
                found.append((host.name, busy))
        return found

    @api.autovacuum
    def _gc_hosts(self):
        return forget(self, "noted", self.env.cr.now() - timedelta(days=1))
