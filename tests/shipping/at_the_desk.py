"""The process of :class:`~.desk.Desk`: a line says what to do, a line what it said."""

import json
import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.service import model
from odoo.tools import config

from setup.shipping.deliveries import make_delivery, what_became_of

from .asking_nobody import deliver


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    (db,) = config["db_name"]
    registry = Registry(db)
    from odoo.addons.simulated_carriers.patience import be_impatient
    from odoo.addons.simulated_carriers.where import address

    for line in sys.stdin:
        name, argument, patience = json.loads(line)
        be_impatient(address(), patience)
        print(json.dumps(_answer(registry, _ACTIONS[name], argument)), flush=True)


def _answer(registry, action, argument):
    """Act in a transaction, as a request does; an error is answered by its name."""
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


def _validate(env, delivery):
    return _said(env["stock.picking"].browse(delivery).button_validate())


def _validate_in_vain(env, delivery):
    """Let the carrier make a parcel whose validation is undone."""
    env["stock.picking"].browse(delivery).button_validate()
    raise UserError("The printer is out of paper.")


def _cancel_orphan(env, delivery):
    return _said(_orphan(env, delivery).action_cancel_there())


def _take_over(env, delivery):
    return _said(_orphan(env, delivery).action_adopted())


def _orphan(env, delivery):
    return env["stock.picking"].browse(delivery).reliability_orphan_ids


def _track(env, delivery):
    return _said(env["stock.picking"].browse(delivery).tracking_state_update())


def _cancel(env, delivery):
    return _said(env["stock.picking"].browse(delivery).cancel_shipment())


def _look(env, delivery):
    return what_became_of(env["stock.picking"].browse(delivery))


def _said(answer):
    """Tell a question, such as how many packages there are, from work that is done."""
    is_question = isinstance(answer, dict) and answer.get("target") == "new"
    return "asked" if is_question else "done"


_ACTIONS = {
    "prepare": _prepare,
    "validate": _validate,
    "validate_in_vain": _validate_in_vain,
    "cancel_orphan": _cancel_orphan,
    "take_over": _take_over,
    "track": _track,
    "cancel": _cancel,
    "look": _look,
    "deliver": deliver,
}

if __name__ == "__main__":
    main()
