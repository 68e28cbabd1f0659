"""Host heartbeats: how busy the workers of each host are, and their problems."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INTERRUPTED,
    Finding,
    StatusKey,
    delete_oldest,
)

_CURRENT = timedelta(seconds=40)
"""Collectors write every ten seconds: an older heartbeat does not count."""
_SATURATED = 0.8
"""The share of checks with all workers busy from which there are too few workers."""
_MIN_CHECKS = 20
"""There is one check per second."""


class ReliabilityHost(models.Model):
    """One row per host, written only by its collector: ``collector/host_heartbeat``.

    A report has the keys ``serving`` (workers), ``samples`` (of the load, the last
    first), ``activities`` (family, operation, count) and ``redis`` (problems).
    """

    _name = "reliability.host"
    _description = "Host"
    _log_access = False
    _order = "name"

    name = fields.Char(required=True)
    heartbeat = fields.Datetime(required=True)
    report = fields.Json(required=True)

    _name_unique = models.UniqueIndex("(name)")

    @api.model
    def _current(self):
        """Return the hosts with a current heartbeat."""
        since = self.env.cr.now() - _CURRENT
        return self.sudo().search([("heartbeat", ">=", since)])

    def _find_saturation(self):
        """Return a finding if all workers of this host are busy and requests wait.

        :return: its ``part`` is the requests being served or waiting, its ``whole`` the
            workers; ``None`` where not all workers are busy
        :rtype: Finding | None
        """
        checks, waiting, began = 0, 0, 0.0
        is_waiting_known = False
        for sample in self.report["samples"]:
            if sample["saturated"] < _SATURATED * sample["checks"]:
                break
            checks, began = checks + sample["checks"], sample["began"]
            is_waiting_known |= sample["waiting"] is not None
            waiting = max(waiting, sample["waiting"] or 0)
        if checks < _MIN_CHECKS or (is_waiting_known and not waiting):
            return None
        serving = self.report["serving"]
        since = self.heartbeat - timedelta(seconds=began)
        return Finding(DEGRADED, "busy", serving + waiting, serving, since, "http")

    def _find_redis_problems(self):
        """Yield the problems of each Redis that this host uses.

        Without sessions nobody can work; without a cache, work is slower.

        :return: the use and the problem in one text, and a finding
        """
        for problem in self.report.get("redis", ()):
            use, name = problem["use"], problem["problem"]
            is_down = use == "sessions" and name == "down"
            state = INTERRUPTED if is_down else DEGRADED
            since = self.heartbeat - timedelta(seconds=problem["began"])
            yield f"{use} {name}", Finding(state, "redis", 1, 1, since)

    @api.model
    def _findings(self, services):
        """Return the findings of all current hosts about the platform.

        :param dict services: code → record
        :return: as ``reliability.evaluator._findings``; the operation is the use and
            problem of a Redis, or the name of a host
        """
        if "platform" not in services:
            return []
        key = StatusKey(services["platform"].id, None, "")
        found = []
        for host in self._current():
            found += host._find_redis_problems()
            if saturation := host._find_saturation():
                found.append((host.name, saturation))
        return [(key, operation, finding, True) for operation, finding in found]

    @api.autovacuum
    def _gc_hosts(self):
        return delete_oldest(self, "heartbeat", self.env.cr.now() - timedelta(days=1))
