"""A process that validates deliveries under faults, each time in a child process that
may be killed.

It reads cases from standard input, a line each: ``[deliveries, situation, timeout]``.
Several deliveries are validated as a batch transfer.
"""

import json
import os
import sys
from functools import partial

from child_process import cause_serialization_failure, run_in_child

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.service import model
from odoo.tools import config


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    registry = Registry(config["db_name"][0])
    sql_db.close_all()
    for line in sys.stdin:
        print(run_in_child(partial(_run, registry, *json.loads(line))), flush=True)


def _run(registry, deliveries, situation, timeout):
    from odoo.addons.simulated_carriers.address import simulator_address
    from odoo.addons.simulated_carriers.timeouts import shorten_timeouts

    shorten_timeouts(simulator_address(), timeout)
    # The batch is committed before its validation, which may fail.
    with registry.cursor() as cr:
        validate = _validation(api.Environment(cr, SUPERUSER_ID, {}), deliveries)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        attempts = []

        def business():
            attempts.append(1)
            validate(env)
            env.flush_all()
            if situation == "rollback":
                raise UserError("The printer is out of paper.")
            if situation == "serialization" and len(attempts) == 1:
                cause_serialization_failure(env, registry)

        model.retrying(business, env)


def _validation(env, deliveries):
    """Return a function of an ``env`` that validates deliveries."""
    if len(deliveries) == 1:
        return lambda env: env["stock.picking"].browse(deliveries).button_validate()
    batch = env["stock.picking.batch"].create(
        {"picking_ids": [fields.Command.set(deliveries)]}
    )
    batch.action_confirm()
    return lambda env: env[batch._name].browse(batch.id).action_done()


if __name__ == "__main__":
    main()
