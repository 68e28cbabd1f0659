"""Age of the numbers on the cockpit: old numbers are shown as old, never as fine."""

from datetime import timedelta

from odoo.addons.reliability.api import formatting

_STALE_AFTER = timedelta(seconds=90)
_NOT_EVALUATED_AFTER = timedelta(minutes=4)


class Freshness:
    """When servers last delivered numbers, and whether they are evaluated.

    :ivar last_polls: host → time of its last poll
    :ivar text: why the numbers are stale, and what to do; empty if they are not
    """

    def __init__(self, env, now):
        self._env = env
        self._now = now
        self._checkpoints = env["reliability.collector.checkpoint"]
        self.last_polls = self._checkpoints._last_polls()
        self.text = self._stale_reason()

    def content(self):
        """Return what the browser shows; ``age`` is in seconds."""
        last = max(self.last_polls.values(), default=self._now)
        age = (self._now - last).total_seconds()
        return {"age": max(0, int(age)), "stale": bool(self.text), "text": self.text}

    def _stale_reason(self):
        if not self.last_polls:
            return self._env._(
                "Nothing has been measured in this database yet. If people have been"
                " working for more than a minute, an administrator finds the reason in"
                " Settings, Reliability."
            )
        last = max(self.last_polls.values())
        if self._now - last > _STALE_AFTER:
            return self._env._(
                "These numbers are %(age)s old: the current state is not known. An"
                " administrator finds the reason in Settings, Reliability.",
                age=formatting.since(self._env, last),
            )
        evaluated = self._env["reliability.evaluator"].sudo()._last()
        if not evaluated:
            return self._env._(
                "Services have not been evaluated yet: that takes a minute. If it takes"
                " longer, scheduled actions do not run, and an administrator has to"
                " start them."
            )
        if self._now - evaluated > _NOT_EVALUATED_AFTER:
            return self._env._(
                "Numbers arrive, but services are not evaluated: scheduled actions do"
                " not run. An administrator has to start them."
            )
        return ""
