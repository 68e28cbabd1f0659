"""The demo's Prometheus and Alertmanager: our rules, and a key to send alerts to Odoo.

Prometheus evaluates the rules of the demo's objectives; Alertmanager sends what fires
to Odoo, and takes its incidents.
"""

import os
import subprocess

from . import commands, odoo_config, paths, python_env
from .alertmanager import Alertmanager
from .prometheus import Prometheus
from .steps import Failure

RULES = "objectives.yml"


def options_of(port):
    """Return the options of odoo.conf for an Alertmanager on this port."""
    url = f"http://127.0.0.1:{port}"
    return {"alertmanager_url": url, "alertmanager_silences": "True"}


def servers(server, folder, port, prometheus_port):
    """Return an Alertmanager and a Prometheus, not started yet.

    :param server: Odoo, on a database with objectives
    :param port: of Alertmanager
    """
    environ = _environ(server)
    rules = folder / RULES
    commands.run(
        [
            *(paths.PYTHON, paths.LAUNCHER, "reliability_rules"),
            *("-d", server.database, "--output", rules),
        ],
        paths.log("rules"),
        cwd=paths.RUN,
        env=environ,
    )
    webhook = f"{server.url}/reliability/inbound/alertmanager"
    alertmanager = Alertmanager(folder, webhook, _key(environ), port)
    metrics = server.metrics_port
    prometheus = Prometheus(
        folder, prometheus_port, metrics, rules=rules, alertmanager=port
    )
    return alertmanager, prometheus


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
