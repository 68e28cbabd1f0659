"""A desk in the warehouse: does with deliveries what people do, in a real process."""

from conversation import Conversation

from setup import odoo_config, paths

FOLDER = paths.RUN / "test" / "carriers"
LONG, SHORT = 60.0, 0.5
"""Seconds to wait for carriers: for those who answer, and for those who do not."""


class Desk(Conversation):
    """Each thing that it does is a transaction of its own; ``with`` ends its process.

    :param database: one that has the connectors and ``simulated_carriers``
    :param folder: for its configuration
    :param simulator: whom the connectors ask
    """

    def __init__(self, database, folder, simulator):
        config = folder / "odoo.conf"
        odoo_config.write(config, {"db_name": database})
        super().__init__(
            *("-m", "shipping.at_the_desk"),
            ODOO_RC=str(config),
            PYTHONPATH=f"{paths.ROOT}:{paths.ROOT / 'tests'}",
            SIMULATED_CARRIERS=simulator.url,
        )

    def ask(self, action, argument, patience=LONG):
        return super().ask(action, argument, patience)

    def prepare(self, kind):
        """Make a delivery, see :func:`~setup.shipping.deliveries.make_delivery`.

        :return: its id and its name
        """
        return self.ask("prepare", kind)

    def validate(self, delivery, fault="ok"):
        """Validate a delivery.

        :param fault: of the carrier, which decides how long it is waited for
        :return: ``done``, ``asked`` (Odoo asks back), or the name of the error
        """
        return self.ask("validate", delivery, patience_with(fault))

    def validate_in_vain(self, delivery):
        """Validate a delivery and undo it when the carrier has made its parcel."""
        return self.ask("validate_in_vain", delivery)

    def cancel_orphan(self, delivery):
        """Cancel the orphan parcel of a delivery at its carrier, as its button does."""
        return self.ask("cancel_orphan", delivery)

    def take_over(self, delivery):
        """Put the orphan parcel of a delivery onto it, as its button does."""
        return self.ask("take_over", delivery)

    def track(self, delivery):
        """Ask the carrier where a parcel is."""
        return self.ask("track", delivery)

    def cancel(self, delivery):
        """Ask the carrier to cancel a parcel."""
        return self.ask("cancel", delivery)

    def look(self, delivery):
        """Return what people see of a delivery: its state, tracking, labels, tasks."""
        return self.ask("look", delivery)


def patience_with(fault):
    """Return for how many seconds to wait for a carrier with a fault."""
    return SHORT if fault.startswith("timeout") else LONG
