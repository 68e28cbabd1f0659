"""What an incident affects is counted each minute: by few queries."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import get_db_name

from odoo.addons.reliability.api import Affected

SERVICES = (
    *("order_processing", "customer_portal", "warehouse_execution", "shipping"),
    *("edi", "invoicing"),
)


@pytest.fixture
def env():
    """An environment whose transaction is rolled back."""
    with Registry(get_db_name()).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})
        cr.rollback()


def test_an_incident_of_all_services_takes_at_most_a_dozen_queries(env):
    now = fields.Datetime.now()
    affected = Affected(
        frozenset(SERVICES),
        frozenset([(env.company.id, "WH"), (env.company.id, "")]),
        now - timedelta(hours=4),
        now,
    )
    provider = env["reliability.health.provider"]
    provider._impacts(affected)  # fills caches of other requests
    env.invalidate_all()
    queries, execute = [], type(env.cr).execute

    def executing(cr, query, *arguments, **options):
        queries.append(str(getattr(query, "code", query))[:200])
        return execute(cr, query, *arguments, **options)

    with patch.object(type(env.cr), "execute", executing):
        provider._impacts(affected)
    assert len(queries) <= 12, "\n".join(queries)
