"""Generate the web client's asset bundles in the database of ``ODOO_RC``."""

import os

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    (database,) = config["db_name"]
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()


if __name__ == "__main__":
    main()
