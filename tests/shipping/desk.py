"""A desk in the warehouse: does with deliveries what people do, in a real process."""

import json
import subprocess

from setup import odoo_config, paths, python_env


class Desk:
    """Each thing that it does is a transaction of its own; ``with`` ends its process.

    :param database: one that has the connectors and ``simulated_carriers``
    :param folder: for its configuration
    :param simulator: whom the connectors ask
    :param patience: for how many seconds they do
    """

    def __init__(self, database, folder, simulator, patience=2.0):
        config = folder / "odoo.conf"
        odoo_config.write(config, {"db_name": database})
        self._process = subprocess.Popen(
            [paths.PYTHON, "-m", "shipping.at_the_desk"],
            cwd=paths.RUN,
            env=python_env.environ(
                ODOO_RC=str(config),
                PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
                SIMULATED_CARRIERS=simulator.url,
                SIMULATED_CARRIERS_PATIENCE=str(patience),
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait(30)

    def prepare(self, kind):
        """Make a delivery, see :func:`~.deliveries.make_delivery`.

        :return: its id and its name
        """
        return self._do("prepare", kind)

    def validate(self, delivery):
        """Validate a delivery.

        :return: ``done``, ``asked`` (Odoo asks back), or the name of the error
        """
        return self._do("validate", delivery)

    def track(self, delivery):
        """Ask the carrier where a parcel is."""
        return self._do("track", delivery)

    def cancel(self, delivery):
        """Ask the carrier to cancel a parcel."""
        return self._do("cancel", delivery)

    def look(self, delivery):
        """Return what became of a delivery, see :func:`~.deliveries.what_became_of`."""
        return self._do("look", delivery)

    def _do(self, *what):
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
