"""The demo's scenario: four normal weeks, then fifteen minutes of incidents today.

First order confirmations become slow, then transfer validations fail, then everything
recovers; :mod:`.scenario_phases` says when.  Nobody waits four weeks for a demo, so
:mod:`.scenario_in_odoo` writes the rollups as a server's collector would deliver them,
and evaluates the services minute by minute as Odoo does.  What really happens in the
demo follows, since an evaluation must not see what is later than it.
"""

import xmlrpc.client
from datetime import datetime

from . import in_odoo, postgres
from .scenario_phases import START
from .steps import step

IS_WRITTEN = (
    "SELECT count(*) FROM reliability_collector_checkpoint WHERE name = 'scenario'"
)


def write(server, until="recovery"):
    """Write the scenario into a server's database, unless it has the scenario already.

    :param until: the phase in which the scenario stands now: ``slow``, ``failing`` or
        ``recovery``
    """
    if int(postgres.psql(IS_WRITTEN, server.database)):
        return
    with step("Writing four normal weeks and fifteen minutes of incidents"):
        in_odoo.run("scenario_in_odoo", server, until)


def start(server):
    """Return when the incident in a server's database began, in UTC."""
    query = f"SELECT value FROM ir_config_parameter WHERE key = '{START}'"
    return datetime.fromisoformat(postgres.psql(query, server.database))


def evaluate(admin):
    """Evaluate all services now, unless the server does just now.

    :param admin: the :class:`~.traffic.ApiUser` who runs the scheduled action
    """
    try:
        admin.run_scheduled("reliability_health.cron_evaluate")
    except xmlrpc.client.Fault as refusal:
        if "already executing" not in refusal.faultString:
            raise
