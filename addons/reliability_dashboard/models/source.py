"""How old the numbers are: what is old is shown as old, and never as fine."""

from datetime import timedelta

from odoo.addons.reliability.api import Alert, formatting

_STALE_AFTER = timedelta(seconds=90)
_NOT_JUDGED_AFTER = timedelta(minutes=4)
_GONE_AFTER = timedelta(days=1)
"""A server that was not there for so long was taken down on purpose."""


class Source:
    """When servers last brought what they measured, and it was judged.

    :ivar visits: when each of them did: host → time
    :ivar text: why the numbers are not to be trusted, and what to do; else empty
    """

    def __init__(self, env, now):
        self._env = env
        self._now = now
        self.visits = env["reliability.collector.checkpoint"]._last_polls()
        self.text = self._trouble()

    def show(self):
        """Return it as the browser wants it; the age is in seconds."""
        last = max(self.visits.values(), default=self._now)
        age = (self._now - last).total_seconds()
        return {"age": max(0, int(age)), "stale": bool(self.text), "text": self.text}

    def attention(self):
        """Return a hint for each server that has fallen silent while others go on."""
        if self.text:
            return []
        action = {
            "type": "ir.actions.act_window",
            "name": self._env._("Settings"),
            "res_model": "res.config.settings",
            "views": [(False, "form")],
            "context": {"module": "reliability", "bin_size": False},
        }
        may_act = self._env.user.has_group("base.group_system")
        return [
            Alert(
                f"host-{host}",
                "degraded",
                self._env._(
                    "The server %(host)s has brought no numbers since %(time)s: what is"
                    " done on it is missing here",
                    host=host,
                    time=formatting.moment(self._env, visit),
                ),
                self._env._("Open Settings"),
                action if may_act else False,
                may_act,
            )
            for host, visit in self.visits.items()
            if _STALE_AFTER < self._now - visit < _GONE_AFTER
        ]

    def _trouble(self):
        if not self.visits:
            return self._env._(
                "Nothing was measured in this database yet. If people have been working"
                " for a minute, ask your administrator to look at Settings,"
                " Reliability."
            )
        last = max(self.visits.values())
        if self._now - last > _STALE_AFTER:
            return self._env._(
                "These numbers are %(age)s old: how things are now is not known. Ask"
                " your administrator to look at Settings, Reliability.",
                age=formatting.since(self._env, last),
            )
        judged = self._env["reliability.evaluator"].sudo()._last()
        if not judged or self._now - judged > _NOT_JUDGED_AFTER:
            return self._env._(
                "Numbers arrive, but nobody has looked at them for a while: scheduled"
                " actions do not run. Tell your administrator."
            )
        return ""
