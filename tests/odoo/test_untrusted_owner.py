"""Functions and views of an untrusted owner are not run by the collector."""

import pytest

from odoo.tests import get_db_name

from odoo.addons.reliability.collector import gauges, maintenance
from odoo.addons.reliability.collector.connection import connected, transaction

from setup import postgres

ROLE = "reliability_test_untrusted"
FUNCTION, VIEW = "reliability_maintain_untrusted", "reliability_gauge_untrusted"
CREATE = f"""
    CREATE ROLE {ROLE};
    GRANT CREATE ON SCHEMA public TO {ROLE};
    SET ROLE {ROLE};
    CREATE SEQUENCE reliability_test_run;
    GRANT ALL ON SEQUENCE reliability_test_run TO PUBLIC;
    CREATE FUNCTION {FUNCTION}() RETURNS bigint LANGUAGE sql
        AS $$ SELECT nextval('reliability_test_run') $$;
    CREATE VIEW {VIEW} AS SELECT {FUNCTION}() AS value;
    GRANT SELECT ON {VIEW} TO PUBLIC;
"""
DROP = f"DROP OWNED BY {ROLE} CASCADE; DROP ROLE {ROLE}"


@pytest.fixture
def database():
    """A database in which another role owns a maintenance function and a view."""
    db = get_db_name()
    postgres.psql(CREATE, db)
    yield db
    postgres.psql(DROP, db)


def was_run(db):
    return postgres.psql("SELECT is_called FROM reliability_test_run", db) == "t"


def test_functions_and_views_of_an_untrusted_owner_are_not_run(database):
    with connected(database) as connection:
        maintenance.run(connection)
        with transaction(connection) as cr:
            assert VIEW not in [view for view, _text in gauges.views(cr)]
    assert not was_run(database)


def test_the_same_function_is_run_with_the_right_owner(database):
    """Otherwise the other test could not fail."""
    postgres.psql(f"ALTER FUNCTION {FUNCTION}() OWNER TO {postgres.ROLE}", database)
    with connected(database) as connection:
        maintenance.run(connection)
    assert was_run(database)
    postgres.psql(f"DROP FUNCTION {FUNCTION}() CASCADE", database)
