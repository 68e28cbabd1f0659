"""Reliability: what the business flows did, how long it took and how it ended.

``api`` is what other addons import.
"""

from odoo.tools import SQL

from .collector import probes, service
from .instrumentation.install import install

install(probes.install, service.install)

from . import models  # noqa: E402 - models are measured by what install() hooked in


def uninstall_hook(env):
    """Drop what Odoo does not drop with our models, when the app is uninstalled."""
    env.cr.execute(
        "SELECT viewname FROM pg_views"
        " WHERE pg_catalog.starts_with(viewname, 'reliability_gauge_')"
    )
    for (view,) in env.cr.fetchall():
        env.cr.execute(SQL("DROP VIEW %s", SQL.identifier(view)))
    env.cr.execute("DROP AGGREGATE IF EXISTS reliability_sum(jsonb)")
    env.cr.execute("DROP FUNCTION IF EXISTS reliability_add(jsonb, jsonb)")
    env.cr.execute(
        "DROP FUNCTION IF EXISTS reliability_quantile(jsonb, double precision)"
    )
    env.cr.execute("DROP FUNCTION IF EXISTS reliability_is_on(text)")
    # With the triggers that call it.
    env.cr.execute("DROP FUNCTION IF EXISTS reliability_change_past_hours() CASCADE")
    env["ir.config_parameter"].search([("key", "=like", "reliability.%")]).unlink()
