"""Reliability: what the business flows did, how long it took and how it ended.

``install`` hooks this process into Odoo's; every addon of the suite may call it, once
or often.  ``measure`` measures one method.  Whoever tries again what two transactions
did in each other's way, puts ``tries`` around it and names its error to
``add_contention``.
"""

from odoo.tools import SQL

from .runtime.contention import these_tries, tries
from .runtime.following import Follower
from .runtime.guard import guarded
from .runtime.install import install
from .runtime.measure import measure
from .runtime.measuring import is_measured
from .runtime.outcome import add_contention, outcome_of
from .runtime.outside import add_seconds as add_outside_seconds
from .runtime.patching import wrap_once
from .runtime.recording import recorder
from .runtime.span import Span, record_wait
from .runtime.spool import keep_note
from .runtime.surrounding import surround_operations
from .runtime.transaction import follow, remembered
from .telemetry.events import Series
from .telemetry.masking import masked, without_query

install()

from . import models  # noqa: E402 - models are measured by what install() hooked in


def forget_all(env):
    """Drop what Odoo does not drop with our models, when the app is uninstalled."""
    env.cr.execute(
        "SELECT viewname FROM pg_views WHERE starts_with(viewname, 'reliability_fact_')"
    )
    for (view,) in env.cr.fetchall():
        env.cr.execute(SQL("DROP VIEW %s", SQL.identifier(view)))
    env.cr.execute("DROP AGGREGATE IF EXISTS reliability_sum(jsonb)")
    env.cr.execute("DROP FUNCTION IF EXISTS reliability_add(jsonb, jsonb)")
    env.cr.execute("DROP INDEX IF EXISTS mail_mail__reliability_open")
    env["ir.config_parameter"].search([("key", "=like", "reliability.%")]).unlink()
