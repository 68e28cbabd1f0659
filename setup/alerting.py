"""Alerting of the demo: Prometheus evaluates our rules, Alertmanager and Odoo send each
other what fires.
"""

from . import commands, in_odoo, paths
from .alertmanager import Alertmanager

RULES = "objectives.yml"


def options_of(port):
    """Return the options of odoo.conf for an Alertmanager on this port."""
    url = f"http://127.0.0.1:{port}"
    return {"alertmanager_url": url, "alertmanager_silences": "True"}


def alertmanager_of(server, folder, port):
    """Return an Alertmanager that sends its alerts to Odoo, not started yet."""
    webhook = f"{server.url}/reliability/inbound/alertmanager"
    key = in_odoo.run("inbound_key_in_odoo", server, "alertmanager")
    return Alertmanager(folder, webhook, key, port)


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
        env=in_odoo.environ(server),
    )
    prometheus.load(rules)
