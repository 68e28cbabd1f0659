"""The demo's story: four weeks as usual, and this morning a bad quarter of an hour.

Confirmations became slow, then validations failed, then all was well again. Nobody
wants to wait four weeks for a demo, so what happened is written down as the collector
of a server would have brought it, and looked at minute by minute as Odoo does.
"""

import os

from . import commands, databases, odoo_config, paths, postgres, python_env
from .steps import step

SCRIPT = paths.SETUP / "story_in_odoo.py"
IS_TOLD = "SELECT count(*) FROM reliability_collector_checkpoint WHERE name = 'story'"


def tell(database=databases.DEMO, until="recovery"):
    """Write the story into a database, unless it is there.

    :param until: ``slow``, ``failing`` or ``recovery``: what goes on just now.
    """
    if int(postgres.psql(IS_TOLD, database)):
        return
    config = paths.RUN / "story" / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    with step("Telling of four weeks as usual, and of a bad quarter of an hour"):
        commands.run(
            [paths.PYTHON, SCRIPT, until],
            paths.log("story"),
            cwd=paths.RUN,
            env={**os.environ, **python_env.environ(ODOO_RC=str(config))},
        )
