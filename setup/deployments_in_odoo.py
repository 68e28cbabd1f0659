"""Write what servers and the pipeline say of the demo's deployments, in Odoo.

Fingerprints are stored as a server does that loads a registry, and reports are received
as by the inbound door; the evaluation finds out which deployments that are.
"""

import hashlib
from datetime import timedelta

from odoo.addons.reliability_change.fingerprint import IMAGE, Fingerprint

from .scenario_of_deployments import (
    APPROVER,
    DAY,
    FIRST,
    FREEZES,
    IN_APPS,
    LOAD,
    MINUTE,
    MODULE,
    PERSON,
    PIPELINE,
    RELEASES,
    RUN,
    WINDOW,
    image,
)

_BEGIN = -27 * DAY
_OVER = 6 * MINUTE
"""Since the last change, until an evaluation finds that a deployment is done."""


class Deployments:
    """The deployments of a database.

    :param start: of the incident, in UTC
    """

    def __init__(self, env, start):
        self._env = env
        self._start = start
        real = env["reliability.fingerprint"].search([("is_serving", "=", True)])[:1]
        self._host = real.host
        self._real = Fingerprint.loads(real.content)

    def write_history(self):
        """Delete what was seen of the real server, and write what was before today."""
        self._env["reliability.deployment"].search([]).unlink()
        self._env["reliability.fingerprint"].search([]).unlink()
        self._store(_BEGIN, FIRST)
        self._follow(_BEGIN + MINUTE)
        history = [one for one in RELEASES if one.at < timedelta(0)]
        actions = [(one.at, self._deploy, one) for one in history]
        actions.append((IN_APPS, self._install_in_apps))
        for _at, action, *arguments in sorted(actions, key=lambda one: one[0]):
            action(*arguments)

    def write_freezes(self):
        """Enter when nothing should be deployed."""
        today = self._start.date()
        zone = self._env.ref("base.user_admin").tz or "UTC"
        for name, (first, last, mode) in FREEZES.items():
            self._env["reliability.freeze"].create(
                {
                    "name": name,
                    "mode": mode,
                    "tz": zone,
                    "first_day": today + first * DAY,
                    "last_day": today + last * DAY,
                }
            )

    def write_minute(self, moment):
        """Deploy what is deployed in a minute."""
        for release in RELEASES:
            if timedelta(0) <= self._start + release.at - moment < MINUTE:
                self._roll_out(release)

    def compare(self):
        """Compare calls before and after each deployment, as far as that is due."""
        for _deployment in range(len(RELEASES) + 1):
            self._env["reliability.deployment"]._cron_compare()

    def _deploy(self, release):
        self._roll_out(release)
        self._follow(release.at + MINUTE)
        self._follow(release.at + _OVER)

    def _install_in_apps(self):
        admin = self._env.ref("base.user_admin")
        latest = [one for one in RELEASES if one.at < IN_APPS][-1]
        self._store(IN_APPS, latest.name, user_id=admin.id)
        self._follow(IN_APPS + MINUTE)
        self._follow(IN_APPS + _OVER)

    def _roll_out(self, release):
        """Let the server load a release, and the pipeline report it."""
        scripts = [
            [module, "pre-migration.py", LOAD.seconds / 4] for module in release.modules
        ]
        self._store(release.at, release.name, scripts=scripts)
        self._env["reliability.inbound"]._receive_deployment(self._report(release))

    def _store(self, at, release, **values):
        """Store what the server runs since a moment.

        :param at: since the start of the incident
        """
        content = self._content(at, release)
        moment = self._start + at
        self._env["reliability.fingerprint"].create(
            {
                "host": self._host,
                "seen": moment,
                "loaded": moment,
                "is_serving": True,
                "digest": content.digest,
                "modules_digest": Fingerprint(content.modules, {}, {}, {}).digest,
                "content": content.dumps(),
                "seconds": LOAD.seconds,
                **values,
            }
        )

    def _content(self, at, release):
        """Return what runs since a moment: what really runs, with older versions."""
        modules = dict(self._real.modules)
        for later in (one for one in RELEASES if one.at > at):
            modules |= later.modules
        if at < IN_APPS:
            modules.pop(MODULE, None)
        return self._real._replace(modules=modules, code={IMAGE: image(release)})

    def _report(self, release):
        seen = self._start + release.at
        begin, end = seen - RUN, seen + MINUTE
        return {
            "version": 1,
            "id": release.key,
            "state": "succeeded",
            "at": _text(end),
            "environment": "production",
            "production": True,
            "begin": _text(begin),
            "end": _text(end),
            "release": release.name,
            "artifact": image(release.name),
            "commits": [
                {"revision": _commit(release, number), "at": _text(seen - before)}
                for number, before in enumerate(release.commits)
            ],
            "pipeline": PIPELINE.format(release.key),
            "person": PERSON,
            "approver": APPROVER,
            "planned": {"begin": _text(begin), "end": _text(begin + WINDOW)},
            "fixes": release.fixes or None,
            "rolls_back": release.rolls_back or None,
        }

    def _follow(self, at):
        self._env["reliability.deployment"]._follow(self._start + at)


def _text(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _commit(release, number):
    return hashlib.sha1(f"{release.key} {number}".encode()).hexdigest()
