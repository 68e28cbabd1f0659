"""Host heartbeats: how busy the workers of each host are, and problems beneath Odoo."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INTERRUPTED,
    Finding,
    StatusKey,
    delete_oldest,
)

from ..watch.kinds import KINDS, Effect
from ..watch.saturation import find_saturation

_CURRENT = timedelta(seconds=40)
"""Collectors write every ten seconds: an older heartbeat does not count."""
_EXPLAINS_BUSY = "neighbours_busy"
_STATES = {Effect.STOPS: INTERRUPTED, Effect.SLOWS: DEGRADED}
_EFFECTS = list(Effect)
"""The worst first."""


class ReliabilityHost(models.Model):
    """One row per host, written only by its collector: ``collector/host_heartbeat``.

    A report has the keys ``serving`` (workers), ``samples`` (of the load, the last
    first), ``activities`` (family, operation, count), ``problems`` (as
    :class:`..watch.problem.Problem`), ``facts`` (kind and subject of a watch → facts)
    and ``missing`` (codes of rights).  Names are in it only as far as administrators of
    this database may read them, and facts only in the operator database.
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
            workers; ``None`` where not all workers are busy, or other databases keep
            them busy, which is a problem of its own
        :rtype: Finding | None
        """
        saturation = find_saturation(self.report["samples"])
        problems = self.report.get("problems", ())
        if not saturation or any(one["code"] == _EXPLAINS_BUSY for one in problems):
            return None
        serving = self.report["serving"]
        requests = serving + saturation.waiting
        since = self.heartbeat - timedelta(seconds=saturation.seconds)
        return Finding(DEGRADED, "busy", requests, serving, since, "http")

    def _problems(self):
        """Return the problems that these hosts report, the worst and oldest first.

        What has the same code and subject is one problem, since the first host has
        reported it: that of a cluster, which all hosts report.

        :return: dicts as :class:`..watch.problem.Problem`, with ``since`` (in UTC)
            instead of its ``seconds``
        """
        found = {}
        for host in self:
            for problem in host.report.get("problems", ()):
                if problem["code"] not in KINDS:
                    continue  # the collector has another version
                since = host.heartbeat - timedelta(seconds=problem["seconds"] or 0)
                known = found.setdefault(key_of(problem), {**problem, "since": since})
                known["since"] = min(known["since"], since)
        # Of a cluster, only the host that PostgreSQL runs on may know the cause.
        for problem in list(found.values()):
            for consequence in problem.get("explains", ()):
                found.pop(tuple(consequence), None)
        return sorted(found.values(), key=_rank)

    @api.model
    def _names_of(self, problem):
        """Return the names of a present problem, for its sentence.

        They are stored nowhere else, and so neither in alerts nor in messages: only
        administrators who read a sentence now see them.

        :param dict problem: ``code`` and ``subject``
        """
        if self.env.su or not self.env.user.has_group("reliability.group_admin"):
            return {}
        for present in self._current()._problems():
            if key_of(present) == key_of(problem):
                return present["names"]
        return {}

    @api.model
    def _findings(self, services):
        """Return the findings of all current hosts about the platform.

        :param dict services: code → record
        :return: as ``reliability.evaluator._findings``; the operation is the code and
            the subject of a problem, or the name of a host
        """
        if "platform" not in services:
            return []
        key = StatusKey(services["platform"].id, None, "")
        hosts = self._current()
        found = [*hosts._find_problems()]
        for host in hosts:
            if saturation := host._find_saturation():
                found.append((host.name, saturation))
        return [(key, operation, finding, True) for operation, finding in found]

    def _find_problems(self):
        """Yield a finding for each problem that people notice.

        :return: code and subject in one text, and a finding
        """
        for problem in self._problems():
            state = _STATES.get(KINDS[problem["code"]].effect)
            if state:
                operation = ":".join(filter(None, key_of(problem)))
                values = stored_values(problem)
                since = problem["since"]
                yield operation, Finding(state, "platform", 1, 1, since, values=values)

    @api.autovacuum
    def _gc_hosts(self):
        return delete_oldest(self, "heartbeat", self.env.cr.now() - timedelta(days=1))


def stored_values(problem):
    """Return what is stored of a problem with a finding or an alert: no names."""
    return {name: problem[name] for name in ("code", "subject", "numbers")}


def key_of(problem):
    """Return code and subject: what makes two findings the same problem."""
    return problem["code"], problem["subject"]


def _rank(problem):
    return _EFFECTS.index(KINDS[problem["code"]].effect), problem["since"]
