"""Evaluate services, choose who is notified, and read what is wrong."""

import json
import subprocess
from fnmatch import fnmatchcase

from setup import paths, python_env

EVALUATION = "reliability_health.cron_evaluate"
CHANNELS = ("activity", "chat", "mail")
"""How people are notified."""

_EVALUATE = """
import json
from datetime import timedelta
from odoo import fields

now = fields.Datetime.now()
for moment in (now, now + timedelta(minutes=1)):
    env["reliability.evaluator"]._run(moment)
env.cr.commit()
troubled = env["reliability.service.status"].search(
    [("state", "in", ("degraded", "interrupted"))]
)
found = {}
for status in troubled:
    found.setdefault(status.service_id.code, []).append(status.description)
print("found:", json.dumps(found))
"""


def evaluate(user):
    """Evaluate all services as the scheduled action does; return Odoo's answer."""
    return user.run_scheduled(EVALUATION)


def notify_admin(user):
    """Let all services notify the administrator by each channel."""
    services = user.call("reliability.service", "search", [])
    channels = {f"notify_by_{channel}": True for channel in CHANNELS}
    person = {"notify_user_ids": [(6, 0, [2])]}
    user.call("reliability.service", "write", services, channels | person)


def diagnoses(server, database=None):
    """Return the sentences about troubled services: code of the service → sentences.

    Services are evaluated twice, a minute apart, as the scheduled action does.

    :param database: another one than the first of the server
    """
    shell = [paths.PYTHON, paths.LAUNCHER, "shell", "-c", server.config, "--no-http"]
    process = subprocess.run(
        [
            *shell,
            "-d",
            database or server.database,
            "--logfile",
            server.folder / "evaluate.log",
        ],
        input=_EVALUATE,
        env=python_env.environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(process.stdout.partition("found: ")[2])


class Like:
    """Equals texts that match a pattern with asterisks."""

    def __init__(self, pattern):
        self._pattern = pattern

    def __eq__(self, text):
        return fnmatchcase(text, self._pattern)

    def __repr__(self):
        return repr(self._pattern)
