"""Reliability: what the business flows did, how long it took and how it ended.

``install`` hooks this process into Odoo's; every addon of the suite may call it, once
or often.  ``measure`` measures one method.  Whoever tries again what two transactions
did in each other's way, puts ``tries`` around it and names its error to
``add_contention``.
"""

from odoo.tools import SQL

from .collector.outbox import store_message
from .instrumentation.call_middleware import add_call_middleware
from .instrumentation.external_time import add_seconds as add_external_seconds
from .instrumentation.guard import guarded
from .instrumentation.install import install
from .instrumentation.measure import measure
from .instrumentation.outcome import add_contention, outcome_of
from .instrumentation.patching import wrap_once
from .instrumentation.recording import recorder
from .instrumentation.registry import is_measured
from .instrumentation.retry_scope import current_retry_scope, tries
from .instrumentation.span import Span, record_wait
from .instrumentation.transaction import follow, transaction_cache
from .instrumentation.transaction_listener import TransactionListener
from .telemetry.events import Series
from .telemetry.masking import masked, without_query

install()

from . import models  # noqa: E402 - models are measured by what install() hooked in


def forget_all(env):
    """Drop what Odoo does not drop with our models, when the app is uninstalled."""
    env.cr.execute(
        "SELECT viewname FROM pg_views WHERE starts_with(viewname, 'reliability_gauge_')"
    )
    for (view,) in env.cr.fetchall():
        env.cr.execute(SQL("DROP VIEW %s", SQL.identifier(view)))
    env.cr.execute("DROP AGGREGATE IF EXISTS reliability_sum(jsonb)")
    env.cr.execute("DROP FUNCTION IF EXISTS reliability_add(jsonb, jsonb)")
    env.cr.execute("DROP INDEX IF EXISTS mail_mail__reliability_open")
    env["ir.config_parameter"].search([("key", "=like", "reliability.%")]).unlink()
