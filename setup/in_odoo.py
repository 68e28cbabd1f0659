"""Run programs of this folder that import Odoo, such as :mod:`.parcels_in_odoo`."""

import os

from . import commands, odoo_config, paths, python_env


def run(program, server, *arguments):
    """Run a program on the database of a server; return what it prints.

    :param program: the name of its module in this folder
    :raise Failure: it ends with an error
    """
    return commands.output(
        [paths.PYTHON, "-m", f"setup.{program}", *arguments],
        cwd=paths.RUN,
        env=environ(server) | {"PYTHONPATH": str(paths.ROOT)},
    )


def environ(server):
    """Return the environment of commands of Odoo on the database of a server."""
    config = paths.RUN / "scenario" / "odoo.conf"
    odoo_config.write(config, {"db_name": server.database, **server.options})
    return {**os.environ, **python_env.environ(ODOO_RC=str(config))}
