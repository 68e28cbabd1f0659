"""The demo's scenario: four normal weeks, then fifteen minutes of incidents today.

First order confirmations become slow, then transfer validations fail, then everything
recovers.  Nobody waits four weeks for a demo, so :mod:`.scenario_in_odoo` writes the
rollups as a server's collector would deliver them, and evaluates the services minute by
minute as Odoo does.
"""

import os

from . import commands, odoo_config, paths, postgres, python_env
from .steps import step

SCRIPT = paths.SETUP / "scenario_in_odoo.py"
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
    config = paths.RUN / "scenario" / "odoo.conf"
    odoo_config.write(config, {"db_name": server.database, **server.options})
    with step("Writing four normal weeks and fifteen minutes of incidents"):
        commands.run(
            [paths.PYTHON, SCRIPT, until],
            paths.log("scenario"),
            cwd=paths.RUN,
            env={**os.environ, **python_env.environ(ODOO_RC=str(config))},
        )
