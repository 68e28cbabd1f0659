"""Deployments follow from fingerprints, and end once all hosts run what is new."""

# What an evaluation does is apart from what people see.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, models

from odoo.addons.reliability.api import write_changes

from ..rollout import (
    CODE,
    MODULE,
    PACKAGE,
    TOGETHER,
    Change,
    Known,
    agree,
    includes,
    undoes,
)
from .reliability_deployment import DONE, PARTIAL, RUNNING

SETTLED = timedelta(minutes=5)
"""After the last change: what a host does not run by then, it is behind with."""
_ALIVE = timedelta(minutes=5)
"""A host whose collector has delivered within this time is there."""
_FOLLOWED_FOR = timedelta(days=1)
_MAX_AT_ONCE = 10
"""Of deployments beside each other, such as of modules in Apps during a roll-out."""


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    @api.model
    def _follow(self, now):
        """Bring deployments up to date with new fingerprints.

        :param datetime now: of the evaluation, in UTC
        """
        fingerprints = self.env["reliability.fingerprint"]
        rows = fingerprints.search([("is_followed", "=", False)], order="seen, id")
        if rows:
            known = Known(one._as_load() for one in fingerprints._latest())
            for row in rows:
                if step := known.follow(row._as_load()):
                    row.deployment_id = self._deployment_of(step)
                    row.deployment_id._add(row, step.changes)
            rows.is_followed = True
        # What has stayed partial for longer does not change any more.
        recently = ("end", ">=", now - SETTLED - _FOLLOWED_FOR)
        unfinished = self.search(
            [
                ("is_seen", "=", True),
                *("|", ("state", "=", RUNNING)),
                *("&", ("state", "=", PARTIAL), recently),
            ]
        )
        if unfinished:
            self._finish(unfinished, now)

    @api.model
    def _deployment_of(self, step):
        """Return the deployment that changes belong to, which may be a new one."""
        load = step.load
        recent = self.search([("is_seen", "=", True)], limit=_MAX_AT_ONCE)
        for one in recent:
            if one._has_room_for(step):
                return one
            if not agree(one._changes(), step.changes):
                break  # it has replaced those before it
        return self.create(
            {
                "begin": load.seen,
                "is_seen": True,
                "user_id": load.person,
                "rolls_back_id": recent[:1]._if_undone_by(step).id,
            }
        )

    def _has_room_for(self, step):
        """Return whether changes belong to this deployment.

        They come soon afterwards, or a host that was behind has what it has brought.
        """
        changes, load = self._changes(), step.load
        if self.state in (RUNNING, PARTIAL) and includes(changes, step.changes):
            return True
        return (
            load.seen - self.end <= TOGETHER
            and (self.user_id.id or None) == load.person
            and agree(changes, step.changes)
        )

    def _if_undone_by(self, step):
        """Return this deployment if its changes are undone."""
        return self.filtered(lambda one: undoes(step.changes, one._changes()))

    def _add(self, row, changes):
        """Add what is new in a fingerprint: its changes, and its host.

        :param row: of ``reliability.fingerprint``
        """
        begin = row.seen - timedelta(seconds=row.seconds or 0)
        write_changes(
            self, {"begin": min(self.begin, begin), "end": row.seen, "state": RUNNING}
        )
        known = {(one.kind, one.name) for one in self.change_ids}
        seconds = _seconds_of_scripts(row.scripts or [])
        self.change_ids.create(
            [
                {
                    "deployment_id": self.id,
                    **one._asdict(),
                    "seconds": seconds.get(one.name, 0) if one.kind == MODULE else 0,
                }
                for one in changes
                if (one.kind, one.name) not in known
            ]
        )
        target = self.target_ids.filtered(lambda one: one.host == row.host)
        values = {"state": "done", "end": row.seen}
        if target:
            longest = max(target.seconds, row.seconds or 0)
            target.write({**values, "seconds": longest})
        else:
            new = {"deployment_id": self.id, "host": row.host, "begin": begin}
            target.create({**new, **values, "seconds": row.seconds or 0})

    @api.model
    def _finish(self, unfinished, now):
        """Find out which hosts are behind, and which deployments have ended.

        :param unfinished: deployments
        """
        latest = self.env["reliability.fingerprint"]._latest()
        known = Known(one._as_load() for one in latest)
        alive = self._hosts_alive(now)
        stale = {row.host: row.not_upgraded or {} for row in latest if row.is_serving}
        for deployment in unfinished:
            settled = deployment.end + SETTLED
            if now < settled:
                continue
            if deployment._is_replaced() or now > settled + _FOLLOWED_FOR:
                deployment.filtered(lambda one: one.state == RUNNING).state = DONE
                continue
            behind = deployment._hosts_behind(known, alive)
            names = sorted({name for host in alive for name in stale.get(host, ())})
            is_partial = behind or names or deployment._databases_behind()
            deployment._set_behind(behind)
            deployment._add_new_hosts(latest.filtered(lambda row: row.host in alive))
            write_changes(
                deployment,
                {
                    "not_upgraded": ", ".join(names) or False,
                    "state": PARTIAL if is_partial else DONE,
                },
            )

    @api.model
    def _hosts_alive(self, now):
        polls = self.env["reliability.collector.checkpoint"]._last_polls()
        return {host for host, moment in polls.items() if now - moment < _ALIVE}

    def _is_replaced(self):
        """Return whether a later deployment has changed the same."""
        later = self.search([("begin", ">", self.begin), ("is_seen", "=", True)])
        names = {(one.kind, one.name) for one in self.change_ids}
        return any((one.kind, one.name) in names for one in later.change_ids)

    def _hosts_behind(self, known, alive):
        """Return the hosts that run other code than it has brought."""
        wanted = [one for one in self._changes() if one.kind in (CODE, PACKAGE)]
        return {
            host
            for host in alive
            if (code := known.code(host)) and not agree(wanted, _as_changes(code))
        }

    def _set_behind(self, hosts):
        """Store the hosts that are behind beside those that run it."""
        known = {one.host: one for one in self.target_ids}
        for host, target in known.items():
            write_changes(target, {"state": "behind" if host in hosts else "done"})
        self.target_ids.create(
            [
                {"deployment_id": self.id, "host": host, "state": "behind"}
                for host in sorted(hosts - known.keys())
            ]
        )

    def _add_new_hosts(self, rows):
        """Add hosts that have run it since their first load: containers have new names.

        :param rows: what hosts run, of ``reliability.fingerprint``
        """
        known = set(self.target_ids.mapped("host"))
        self.target_ids.create(
            [
                {
                    "deployment_id": self.id,
                    "host": row.host,
                    "state": "done",
                    "begin": row.seen,
                    "end": row.seen,
                    "seconds": row.seconds,
                }
                for row in rows
                if row.host not in known and row.is_serving and row.seen >= self.begin
            ]
        )


def _as_changes(code):
    """Return the code that a host runs as if all of it were new."""
    parts = {CODE: code.code, PACKAGE: code.packages}
    return [
        Change(kind, name, "", version)
        for kind, part in parts.items()
        for name, version in part.items()
    ]


def _seconds_of_scripts(scripts):
    """Return what the migration scripts of each module took."""
    seconds = {}
    for module, _name, took in scripts:
        seconds[module] = seconds.get(module, 0.0) + took
    return seconds
