"""Who may create things in a database must not let Odoo's role run his code."""

import pytest

from odoo.tests import get_db_name

from odoo.addons.reliability.collector import gauges, maintenance
from odoo.addons.reliability.collector.connection import connected, transaction

from setup import postgres

STRANGER = "reliability_test_stranger"
CHORE, FACT = "reliability_maintain_of_stranger", "reliability_gauge_of_stranger"
MADE = f"""
    CREATE ROLE {STRANGER};
    GRANT CREATE ON SCHEMA public TO {STRANGER};
    SET ROLE {STRANGER};
    CREATE SEQUENCE reliability_test_run;
    GRANT ALL ON SEQUENCE reliability_test_run TO PUBLIC;
    CREATE FUNCTION {CHORE}() RETURNS bigint LANGUAGE sql
        AS $$ SELECT nextval('reliability_test_run') $$;
    CREATE VIEW {FACT} AS SELECT {CHORE}() AS value;
    GRANT SELECT ON {FACT} TO PUBLIC;
"""
DONE = f"DROP OWNED BY {STRANGER} CASCADE; DROP ROLE {STRANGER}"


@pytest.fixture
def database():
    """A database in which a stranger has made a chore and a fact."""
    db = get_db_name()
    postgres.psql(MADE, db)
    yield db
    postgres.psql(DONE, db)


def was_run(db):
    return postgres.psql("SELECT is_called FROM reliability_test_run", db) == "t"


def test_what_a_stranger_has_put_there_is_not_run(database):
    with connected(database) as connection:
        maintenance.run(connection)
        with transaction(connection) as cr:
            assert FACT not in [view for view, _text in gauges.views(cr)]
    assert not was_run(database)


def test_it_would_be_if_it_were_ours(database):
    """Else the test before could not fail."""
    postgres.psql(f"ALTER FUNCTION {CHORE}() OWNER TO {postgres.ROLE}", database)
    with connected(database) as connection:
        maintenance.run(connection)
    assert was_run(database)
    postgres.psql(f"DROP FUNCTION {CHORE}() CASCADE", database)
