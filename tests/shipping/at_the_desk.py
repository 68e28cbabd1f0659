"""The process of :class:`~.desk.Desk`: a line says what to do, a line what it said."""

import json
import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.service import model
from odoo.tools import config

from .deliveries import make_delivery, what_became_of


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    (db,) = config["db_name"]
    registry = Registry(db)
    for line in sys.stdin:
        name, argument = json.loads(line)
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
    "track": _track,
    "cancel": _cancel,
    "look": _look,
}

if __name__ == "__main__":
    main()
