"""A program that rehearses so many times, then deletes files that nothing refers to.

Odoo's Python runs it with ``ODOO_RC``.  It prints the runs as JSON, one per line.
"""

import json
import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config

_NAMES = ("state", "seconds", "attempts", "failed_step", "problem", "error")


def main(count):
    config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        journey = env.ref("reliability_synthetic.journey_order_to_shipment")
        for _number in range(count):
            run = journey._run()
            print(json.dumps({name: run[name] for name in _NAMES}), flush=True)
            cr.commit()
        env["ir.attachment"]._gc_file_store()


if __name__ == "__main__":
    main(int(sys.argv[1]))
