"""The collector and the ledger run no code of a role that is not trusted.

Such a role may create functions and views beside Odoo's, as PostgreSQL before 15 lets
every role do.
"""

import uuid

import pytest

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import get_db_name

from odoo.addons.reliability.collector import gauges, maintenance, outbox
from odoo.addons.reliability.collector.connection import connected, transaction
from odoo.addons.reliability.odoo_conf import settings
from odoo.addons.reliability_integration import ledger
from odoo.addons.reliability_integration.ledger.partner_systems import PartnerSystems

from setup import postgres

ROLE, GROUP = "reliability_test_untrusted", "reliability_test_group"
FUNCTION, VIEW = "reliability_maintain_untrusted", "reliability_gauge_untrusted"
RUN = "LANGUAGE sql AS $$ SELECT nextval('public.reliability_test_run')"
CREATE = f"""
    CREATE ROLE {ROLE};
    GRANT CREATE ON SCHEMA public TO {ROLE};
    SET ROLE {ROLE};
    CREATE SEQUENCE reliability_test_run;
    GRANT ALL ON SEQUENCE reliability_test_run TO PUBLIC;
    CREATE FUNCTION {FUNCTION}() RETURNS bigint {RUN} $$;
    CREATE VIEW {VIEW} AS SELECT {FUNCTION}() AS value;
    GRANT SELECT ON {VIEW} TO PUBLIC;
    -- Overloads of what the collector and the ledger call.  PostgreSQL prefers them
    -- where an argument has no type, or another type than that of the original.
    CREATE FUNCTION reliability_record_attempt(text) RETURNS bigint {RUN} $$;
    CREATE FUNCTION reliability_discover_host(varchar) RETURNS bigint {RUN} $$;
    -- PostgreSQL may execute what is immutable while it plans.
    CREATE FUNCTION reliability_untrusted(jsonb) RETURNS bigint IMMUTABLE {RUN} $$;
    CREATE FUNCTION starts_with(name, text) RETURNS boolean {RUN} > 0 $$;
    CREATE FUNCTION md5(varchar) RETURNS text {RUN}::text $$;
    CREATE FUNCTION set_config(text, text, integer) RETURNS text {RUN}::text $$;
"""
DROP = f"DROP OWNED BY {ROLE} CASCADE; DROP ROLE {ROLE}"


@pytest.fixture
def database():
    """A database in which an untrusted role has created functions and a view."""
    db = get_db_name()
    postgres.psql(CREATE, db)
    yield db
    postgres.psql(DROP, db)


@pytest.fixture
def connection(database):
    """A connection of the collector."""
    with connected(database) as connection:
        yield connection


def was_run(db):
    return postgres.psql("SELECT is_called FROM reliability_test_run", db) == "t"


def message():
    return {
        "uid": uuid.uuid4().hex,
        "integration": "untrusted",
        "operation": "label",
        "direction": "out",
        "started": "1796000000",
    }


def views(connection):
    with transaction(connection) as cr:
        return [view for view, _text in gauges.views(cr)]


def test_functions_and_views_of_an_untrusted_owner_are_not_run(database, connection):
    maintenance.run(connection)
    assert VIEW not in views(connection)
    assert "reliability_gauge_company_info" in views(connection)
    assert not was_run(database)


def test_settings_name_them_and_run_none(database):
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        problems = "\n".join(env["reliability.self.check"]._rights_problems())
    assert f"ALTER VIEW {VIEW} OWNER TO {postgres.ROLE};" in problems
    assert f"ALTER FUNCTION {FUNCTION}() OWNER TO" in problems
    assert not was_run(database)


def test_the_same_function_is_run_with_the_right_owner(database, connection):
    """Otherwise the other test could not fail."""
    postgres.psql(f"ALTER FUNCTION {FUNCTION}() OWNER TO {postgres.ROLE}", database)
    maintenance.run(connection)
    assert was_run(database)
    postgres.psql(f"DROP FUNCTION {FUNCTION}() CASCADE", database)


def test_the_ledger_calls_no_overload(database):
    ledger.close()
    sent = message()
    assert ledger.record(database, sent), "the ledger has it, not the outbox"
    PartnerSystems().discover(database, "api.untrusted.example")
    query = f"SELECT count(*) FROM reliability_attempt WHERE uid = '{sent['uid']}'"
    assert postgres.psql(query, database) == "1"
    assert not was_run(database)
    ledger.close()


def test_the_outbox_calls_no_overload_and_no_function_of_an_untrusted_owner(
    database, connection
):
    sent = message()
    outbox.store_message(database, "reliability_record_attempt", sent["uid"], sent)
    outbox.store_message(database, "reliability_untrusted", sent["uid"], sent)
    folder = settings().telemetry_dir
    outbox.deliver(folder, database, connection)
    (refused,) = outbox._outbox(folder, database).iterdir()
    assert refused.name == f"reliability_untrusted-{sent['uid']}.refused"
    assert not was_run(database)
    refused.unlink()


def test_each_function_of_ours_has_a_fixed_search_path(database):
    query = f"""
        SELECT count(*), string_agg(proname, ' ') FILTER (WHERE proconfig IS NULL
                   OR NOT proconfig @> '{{"search_path=pg_catalog, public, pg_temp"}}')
          FROM pg_proc WHERE starts_with(proname::text, 'reliability_'::text)
           AND prokind = 'f' AND proowner = '{postgres.ROLE}'::regrole
    """
    count, without = postgres.psql(query, database).split("|")
    assert int(count) > 25
    assert without == ""


@pytest.fixture
def group_role():
    """A group role that Odoo's role is a member of."""
    db = get_db_name()
    postgres.psql(
        f"CREATE ROLE {GROUP}; GRANT {GROUP} TO {postgres.ROLE};"
        f" GRANT CREATE ON SCHEMA public TO {GROUP}",
        db,
    )
    yield db
    postgres.psql(
        f"REASSIGN OWNED BY {GROUP} TO {postgres.ROLE}; DROP OWNED BY {GROUP};"
        f" DROP ROLE {GROUP}",
        db,
    )


def own(db, *objects):
    for name in objects:
        postgres.psql(f"ALTER {name} OWNER TO {GROUP}", db)


VIEWS_OF_GROUP = ("VIEW reliability_gauge_company_info",)


def test_objects_of_a_group_that_owns_the_tables_are_used(group_role):
    own(group_role, *VIEWS_OF_GROUP, "TABLE reliability_operation")
    with connected(group_role) as connection:
        assert "reliability_gauge_company_info" in views(connection)


def test_objects_of_a_group_with_other_members_are_not_used(group_role):
    """Membership alone is no trust: another member could have created them."""
    own(group_role, *VIEWS_OF_GROUP)
    with connected(group_role) as connection:
        assert "reliability_gauge_company_info" not in views(connection)
