"""A driver that does with deliveries what users do, in a real Odoo process."""

from json_process import JsonProcess

from setup import odoo_config, paths

FOLDER = paths.RUN / "test" / "carriers"
LONG, SHORT = 60.0, 0.5
"""Timeouts of connectors in seconds: for carriers that answer, and that do not."""


class ShippingDriver(JsonProcess):
    """Controls :mod:`.driver_process`; each action is one transaction.

    ``with`` ends the process.

    :param database: one that has the connectors and ``simulated_carriers``
    :param folder: for the configuration
    :param simulator: the simulated carriers
    """

    def __init__(self, database, folder, simulator):
        config = folder / "odoo.conf"
        odoo_config.write(config, {"db_name": database})
        super().__init__(
            *("-m", "shipping.driver_process"),
            ODOO_RC=str(config),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
            SIMULATED_CARRIERS=simulator.url,
        )

    def run(self, action, argument, timeout=LONG):
        """Run an action, and return its result."""
        return self.ask(action, argument, timeout)

    def prepare(self, kind):
        """Make a delivery, see :func:`~setup.shipping.deliveries.make_delivery`.

        :return: its id and its name
        """
        return self.run("prepare", kind)

    def validate(self, delivery, fault="ok"):
        """Validate a delivery.

        :param fault: of the carrier; it determines the connector's timeout
        :return: ``done``, ``dialog`` (Odoo opens one), or the name of the error
        """
        return self.run("validate", delivery, timeout_for(fault))

    def validate_and_roll_back(self, delivery):
        """Validate a delivery, and roll back once the carrier has made its parcel."""
        return self.run("validate_and_roll_back", delivery)

    def cancel_orphan(self, delivery):
        """Cancel the orphan parcel of a delivery at its carrier, as its button does."""
        return self.run("cancel_orphan", delivery)

    def use_orphan(self, delivery):
        """Use the orphan parcel of a delivery for it, as its button does."""
        return self.run("use_orphan", delivery)

    def track(self, delivery):
        """Request the tracking state of a delivery from the carrier."""
        return self.run("track", delivery)

    def cancel(self, delivery):
        """Request the cancellation of a delivery's parcel from the carrier."""
        return self.run("cancel", delivery)

    def read(self, delivery):
        """Return what users see of a delivery: its state, tracking, labels, tasks."""
        return self.run("read", delivery)


def timeout_for(fault):
    """Return the timeout of connectors for a fault of the carrier, in seconds."""
    return SHORT if fault.startswith("timeout") else LONG
