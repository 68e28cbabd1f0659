"""A program that makes the key with which the demo's Alertmanager sends alerts.

Odoo's Python runs it with ``ODOO_RC``.  It prints the key.
"""

import os

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config

NAME = "Alertmanager of the demo"


def main():
    config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])
    registry = Registry(config["db_name"][0])
    # Only the addons path makes it importable.
    from odoo.addons.reliability_inbound.kinds import scope_of

    with registry.cursor() as cr:
        user = api.Environment(cr, SUPERUSER_ID, {}).ref("base.user_admin")
        keys = user.env["res.users.apikeys"].with_user(user).sudo()
        scope = scope_of("alertmanager")
        keys.search([("scope", "=", scope), ("name", "=", NAME)]).unlink()
        print(keys._generate(scope, NAME, None))


if __name__ == "__main__":
    main()
