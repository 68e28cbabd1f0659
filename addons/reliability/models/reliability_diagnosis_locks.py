"""Locks of the database: which transaction do others wait for?"""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from ..telemetry.evaluation import WINDOW
from . import formatting

_EXPLAINED = ("slow", "blocked", "busy", "silent")
"""What is wrong where somebody waits for a lock."""


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, sight, place, now):
        if self._may_be_locks(sight, place, now):
            if cause := self._find_locks(sight, place):
                return cause
        cause = super()._find_root_cause(sight, place, now)
        if cause and cause["layer"] == "locks":
            return self._find_past_locks(place, now) or cause
        return cause

    @api.model
    def _describe(self, cause):
        if cause and cause["layer"] == "locks" and "backend" in cause:
            past = "longest" in cause
            return (self._describe_past_locks if past else self._describe_locks)(cause)
        return super()._describe(cause)

    @api.model
    def _may_be_locks(self, sight, place, now):
        """Say whether waiting explains what is wrong: not what the business refuses,
        nor errors; but that workers were killed, which happens to who waits too long.
        """
        kind = sight.reason["kind"]
        if kind != "failing":
            return kind in _EXPLAINED
        found = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + timedelta(seconds=1),
            durations=False,
            **self._of_calls(sight, place),
        )
        return any(2 * of.calls["killed"] >= of.failures > 0 for of in found.values())

    @api.model
    def _find_locks(self, sight, place):
        """Return the transaction that work of a place waits for, if any does.

        Where all workers are busy, it is to blame if half of them wait for it.
        """
        waits = self.env["reliability.lock.wait"]._now()
        if sight.reason["kind"] == "busy":
            ours, fewest = waits, sight.reason["whole"] / 2
        else:
            ours, fewest = waits._of(place), 1
        if not ours:
            return None
        first = ours[0]
        others = waits.filtered(lambda of: of.holder_backend == first.holder_backend)
        if len(others) < fewest:
            return None
        return self._holder(first) | {
            "count": len(others),
            "state": first.holder_state,
            "opened": fields.Datetime.to_string(first.holder_opened),
        }

    @api.model
    def _find_past_locks(self, place, now):
        """Return the transaction that work of a place waited for longest, lately."""
        waits = self.env["reliability.lock.wait"]._since(now - WINDOW)._of(place)
        held = waits.grouped(lambda of: (of.holder_backend, of.holder_opened))
        if not held:
            return None
        worst = max(held.values(), key=lambda of: of._seconds())
        longest = max(of.seconds for of in worst)
        return self._holder(worst[0]) | {"count": len(worst), "longest": longest}

    @api.model
    def _holder(self, wait):
        """Return what is known of whom a wait is for."""
        return {
            "layer": "locks",
            "backend": wait.holder_backend,
            "family": wait.holder_family,
            "operation": wait.holder_operation,
            "program": wait.holder_program,
        }

    @api.model
    def _describe_past_locks(self, cause):
        words = {
            "count": cause["count"],
            "holder": self._name_holder(cause),
            "longest": formatting.duration(self.env, cause["longest"]),
        }
        return (
            self.env._(
                "%(count)s transactions waited for a lock held by %(holder)s, for up to"
                " %(longest)s",
                **words,
            )
            if cause["count"] > 1
            else self.env._(
                "a transaction waited for a lock held by %(holder)s for %(longest)s",
                **words,
            )
        )

    @api.model
    def _describe_locks(self, cause):
        _ = self.env._
        words = {"count": cause["count"], "holder": self._name_holder(cause)}
        text = (
            _("%(count)s transactions wait for a lock held by %(holder)s", **words)
            if cause["count"] > 1
            else _("a transaction waits for a lock held by %(holder)s", **words)
        )
        if not cause["opened"]:
            return text
        opened = fields.Datetime.to_datetime(cause["opened"])
        words = {"text": text, "age": formatting.since(self.env, opened)}
        if (cause["state"] or "").startswith("idle in transaction"):
            return _(
                "%(text)s, at it for %(age)s and asking the database nothing now",
                **words,
            )
        return _("%(text)s, at it for %(age)s", **words)

    @api.model
    def _name_holder(self, cause):
        """Return what people call whoever has a lock."""
        _ = self.env._
        if cause["operation"]:
            name = self._display_name_of(cause["family"], cause["operation"])
            return name if cause["family"] == "http" else _("“%(name)s”", name=name)
        program = cause["program"] or ""
        if program == "autovacuum worker":
            return _("PostgreSQL itself, which cleans a table")
        if program.startswith("odoo"):
            return _("a process of Odoo (%(program)s)", program=program)
        if program:
            return _("the program %(program)s", program=program)
        return _("a program that gives no name (%(pid)s)", pid=cause["backend"])
