"""Alerting of the demo: Prometheus evaluates our rules, Alertmanager and Odoo send each
other what fires.
"""

import os
import subprocess

from . import commands, odoo_config, paths, python_env
from .alertmanager import Alertmanager
from .steps import Failure

RULES = "objectives.yml"


def options_of(port):
    """Return the options of odoo.conf for an Alertmanager on this port."""
    url = f"http://127.0.0.1:{port}"
    return {"alertmanager_url": url, "alertmanager_silences": "True"}


def alertmanager_of(server, folder, port):
    """Return an Alertmanager that sends its alerts to Odoo, not started yet."""
    webhook = f"{server.url}/reliability/inbound/alertmanager"
    return Alertmanager(folder, webhook, _key(_environ(server)), port)


def load_rules(server, prometheus):
    """Let Prometheus evaluate the rules of the objectives in Odoo."""
    rules = prometheus.folder / RULES
    commands.run(
        [
            *(paths.PYTHON, paths.LAUNCHER, "reliability_rules"),
            *("-d", server.database, "--output", rules),
        ],
        paths.log("rules"),
        cwd=paths.RUN,
        env=_environ(server),
    )
    prometheus.load(rules)


def _key(environ):
    """Make an API key for Alertmanager."""
    done = subprocess.run(
        [paths.PYTHON, "-m", "setup.alertmanager_in_odoo"],
        cwd=paths.RUN,
        env={**environ, "PYTHONPATH": str(paths.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        log = paths.log("alertmanager-key")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stderr)
        raise Failure("the key of Alertmanager could not be made", log=log)
    return done.stdout.strip()


def _environ(server):
    config = paths.RUN / "scenario" / "alerting.conf"
    odoo_config.write(config, {"db_name": server.database, **server.options})
    return {**os.environ, **python_env.environ(ODOO_RC=str(config))}
