"""A program that makes the demo's API key for messages of a kind, which it is given.

Odoo's Python runs it with ``ODOO_RC``.  It prints the key.
"""

import os
import sys

from odoo import SUPERUSER_ID, api
from odoo.orm.registry import Registry
from odoo.tools import config

NAME = "The demo"


def main(kind):
    config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])
    registry = Registry(config["db_name"][0])
    # Only the addons path makes it importable.
    from odoo.addons.reliability_inbound.kinds import scope_of

    with registry.cursor() as cr:
        user = api.Environment(cr, SUPERUSER_ID, {}).ref("base.user_admin")
        keys = user.env["res.users.apikeys"].with_user(user).sudo()
        scope = scope_of(kind)
        keys.search([("scope", "=", scope), ("name", "=", NAME)]).unlink()
        print(keys._generate(scope, NAME, None))


if __name__ == "__main__":
    main(sys.argv[1])
