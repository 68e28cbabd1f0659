"""Upgrades that the cockpit recorded up to version 19.0.1.2.0, as deployments."""

from odoo.api import Environment
from odoo.tools.sql import table_exists

_MODULES_OF_A_MINUTE = """
    SELECT min(upgraded), max(upgraded), json_agg(json_build_array(name, version))
      FROM reliability_upgrade
     GROUP BY date_trunc('minute', upgraded)
     ORDER BY 1
"""


def take_over(env: Environment) -> None:
    """Store a deployment for each minute with upgrades; versions before are unknown."""
    if not table_exists(env.cr, "reliability_upgrade"):
        return
    env.cr.execute(_MODULES_OF_A_MINUTE)
    env["reliability.deployment"].create(
        [
            {
                "begin": begin,
                "end": end,
                "state": "done",
                "is_seen": True,
                "change_ids": [
                    (0, 0, {"kind": "module", "name": name, "after": version})
                    for name, version in modules
                ],
            }
            for begin, end, modules in env.cr.fetchall()
        ]
    )
