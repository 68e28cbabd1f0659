"""The process of :class:`~.driver.ShippingDriver`.

It reads an action in JSON from each line of standard input, and prints its result.
"""

import json
import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.service import model
from odoo.tools import config

from setup.shipping.deliveries import make_delivery, read_delivery

from .local_carriers import deliver


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    (db,) = config["db_name"]
    registry = Registry(db)
    from odoo.addons.simulated_carriers.address import simulator_address
    from odoo.addons.simulated_carriers.timeouts import shorten_timeouts

    for line in sys.stdin:
        name, argument, timeout = json.loads(line)
        shorten_timeouts(simulator_address(), timeout)
        print(json.dumps(_run(registry, _ACTIONS[name], argument)), flush=True)


def _run(registry, action, argument):
    """Run an action in a transaction, as a request does.

    :return: its result, or the name of the error
    """
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return model.retrying(lambda: action(env, argument), env)
    except Exception as error:
        print(repr(error), file=sys.stderr)
        return type(error).__name__


def _prepare(env, kind):
    delivery = make_delivery(env, kind)
    return delivery.id, delivery.name


def _validate(env, delivery_id):
    return _outcome(env["stock.picking"].browse(delivery_id).button_validate())


def _validate_and_roll_back(env, delivery_id):
    """Let the carrier make a parcel whose validation is rolled back."""
    env["stock.picking"].browse(delivery_id).button_validate()
    raise UserError("The printer is out of paper.")


def _cancel_orphan(env, delivery_id):
    return _outcome(_orphan(env, delivery_id).action_cancel_at_carrier())


def _use_orphan(env, delivery_id):
    return _outcome(_orphan(env, delivery_id).action_adopted())


def _orphan(env, delivery_id):
    return env["stock.picking"].browse(delivery_id).reliability_orphan_ids


def _track(env, delivery_id):
    return _outcome(env["stock.picking"].browse(delivery_id).tracking_state_update())


def _cancel(env, delivery_id):
    return _outcome(env["stock.picking"].browse(delivery_id).cancel_shipment())


def _read(env, delivery_id):
    return read_delivery(env["stock.picking"].browse(delivery_id))


def _outcome(result):
    """Distinguish a dialog, such as for the number of packages, from finished work."""
    is_dialog = isinstance(result, dict) and result.get("target") == "new"
    return "dialog" if is_dialog else "done"


_ACTIONS = {
    "prepare": _prepare,
    "validate": _validate,
    "validate_and_roll_back": _validate_and_roll_back,
    "cancel_orphan": _cancel_orphan,
    "use_orphan": _use_orphan,
    "track": _track,
    "cancel": _cancel,
    "read": _read,
    "deliver": deliver,
}

if __name__ == "__main__":
    main()
