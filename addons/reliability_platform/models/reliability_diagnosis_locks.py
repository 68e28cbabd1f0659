"""Root causes: the transaction that holds a lock which others wait for."""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import WINDOW, formatting

from ..collector.lock_waits import LOCK_WAITING

_EXPLAINED = ("slow", "blocked", "busy", "silent")
"""Kinds of findings that a lock wait explains."""


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        if self._may_be_locks(observation, key, now):
            if cause := self._find_lock_holder(observation, key):
                return cause
        cause = super()._find_root_cause(observation, key, now)
        if cause and cause["layer"] == "locks":
            return self._find_past_lock_holder(key, now) or cause
        return cause

    @api.model
    def _describe(self, cause):
        if cause and cause["layer"] == "locks" and "backend" in cause:
            is_past = "longest" in cause
            return (
                self._describe_past_lock_holder(cause)
                if is_past
                else self._describe_lock_holder(cause)
            )
        return super()._describe(cause)

    @api.model
    def _may_be_locks(self, observation, key, now):
        """Return whether a lock wait can explain the finding.

        Refusals and errors are not explained by it; killed workers are, since a worker
        that waits for too long is killed.
        """
        kind = observation.reason["kind"]
        if kind != "failing":
            return kind in _EXPLAINED
        found = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + timedelta(seconds=1),
            durations=False,
            **self._calls_in_trouble(observation, key),
        )
        return any(
            2 * stats.calls["killed"] >= stats.failures > 0 for stats in found.values()
        )

    @api.model
    def _lock_seconds(self, begin, end, where, by=()):
        # A lock wait of a request may be counted for an operation inside of it.
        where = {} if where["family"] == "http" else where
        waits = self.env["reliability.query"]._aggregate_costs(
            begin, end, by, **where | {"family": LOCK_WAITING.name}
        )
        return {key: costs.seconds for key, costs in waits.items()}

    @api.model
    def _find_lock_holder(self, observation, key):
        """Return the transaction that calls in trouble wait for now, if there is one.

        Where all workers are busy, at least half of them must wait for it.
        """
        waits = self.env["reliability.lock.wait"]._current()
        min_waits = 1
        if observation.reason["kind"] == "busy":
            min_waits = observation.reason["whole"] / 2
        else:
            waits = waits._filter_by_key(key)
        if not waits:
            return None
        first = waits[0]
        waits = waits.filtered(lambda wait: wait.holder_backend == first.holder_backend)
        if len(waits) < min_waits:
            return None
        return self._holder_of(first) | {
            "count": len(waits),
            "state": first.holder_state,
            "opened": fields.Datetime.to_string(first.holder_opened),
        }

    @api.model
    def _find_past_lock_holder(self, key, now):
        """Return the transaction with the most lock waits of the last minutes."""
        waits = self.env["reliability.lock.wait"]._since(now - WINDOW)
        by_holder = waits._filter_by_key(key).grouped(
            lambda wait: (wait.holder_backend, wait.holder_opened)
        )
        if not by_holder:
            return None
        worst = max(by_holder.values(), key=lambda waits: waits._total_seconds())
        longest = max(wait.seconds for wait in worst)
        return self._holder_of(worst[0]) | {"count": len(worst), "longest": longest}

    @api.model
    def _holder_of(self, wait):
        """Return what is known of the holder of the lock that a wait is for."""
        return {
            "layer": "locks",
            "backend": wait.holder_backend,
            "family": wait.holder_family,
            "operation": wait.holder_operation,
            "program": wait.holder_program,
        }

    @api.model
    def _describe_past_lock_holder(self, cause):
        values = {
            "count": cause["count"],
            "holder": self._name_holder(cause),
            "longest": formatting.duration(self.env, cause["longest"]),
        }
        return (
            self.env._(
                "Cause: %(count)s transactions waited for a lock, for up to"
                " %(longest)s. It was held by: %(holder)s",
                **values,
            )
            if cause["count"] > 1
            else self.env._(
                "Cause: 1 transaction waited for a lock, for %(longest)s. It was held"
                " by: %(holder)s",
                **values,
            )
        )

    @api.model
    def _describe_lock_holder(self, cause):
        _ = self.env._
        values = {"count": cause["count"], "holder": self._name_holder(cause)}
        text = (
            _(
                "Cause: %(count)s transactions wait for a lock that is held by:"
                " %(holder)s",
                **values,
            )
            if cause["count"] > 1
            else _(
                "Cause: 1 transaction waits for a lock that is held by: %(holder)s",
                **values,
            )
        )
        if not cause["opened"]:
            return text
        opened = fields.Datetime.to_datetime(cause["opened"])
        age = formatting.since(self.env, opened)
        if (cause["state"] or "").startswith("idle in transaction"):
            holding = _(
                "The transaction that holds it has been open for %(age)s and is idle",
                age=age,
            )
        else:
            holding = _(
                "The transaction that holds it has been open for %(age)s", age=age
            )
        return formatting.paragraph(text, holding)

    @api.model
    def _name_holder(self, cause):
        """Return the name of the holder of a lock, in the user's language."""
        _ = self.env._
        if cause["operation"]:
            name = self._display_name_of(cause["family"], cause["operation"])
            return name
        program = cause["program"] or ""
        if program == "autovacuum worker":
            return _("PostgreSQL's autovacuum")
        if program.startswith("odoo"):
            return _("a process of Odoo (%(program)s)", program=program)
        if program:
            return _("the program %(program)s", program=program)
        return _("a program without a name (%(pid)s)", pid=cause["backend"])
