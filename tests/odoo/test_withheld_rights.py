"""Rights that PostgreSQL withholds: the ledger goes on, and Settings say what helps."""

from contextlib import contextmanager

import pytest
from test_untrusted_owner import (
    GROUP,
    VIEWS_OF_GROUP,
    group_role,  # noqa: F401 - a fixture
    message,
    own,
)

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import get_db_name

from odoo.addons.reliability_integration import ledger

from setup import postgres

CONTROL = "FUNCTION pg_catalog.pg_control_system()"


def problems():
    """Return the problems of rights that Settings › Status shows."""
    with Registry(get_db_name()).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["reliability.self.check"]._rights_problems()


@contextmanager
def withheld(execute):
    """Withhold the right to execute a function, for the block."""
    postgres.psql(f"REVOKE EXECUTE ON {execute} FROM PUBLIC", get_db_name())
    ledger.close()
    try:
        yield
    finally:
        postgres.psql(f"GRANT EXECUTE ON {execute} TO PUBLIC", get_db_name())
        ledger.close()


def attempt_of(uid):
    query = (
        "SELECT database_identity IS NULL, outcome, transaction_state"
        f" FROM reliability_attempt WHERE uid = '{uid}'"
    )
    return postgres.psql(query, get_db_name())


def test_no_right_is_missing():
    assert problems() == []


def test_settings_open_without_the_size_of_tables():
    with withheld("FUNCTION pg_catalog.pg_total_relation_size(regclass)"):
        (problem,) = problems()
        assert "how much space" in problem
        with Registry(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            assert not env["res.config.settings"]._reliability_values()[
                "reliability_space"
            ]


def test_the_ledger_records_without_pg_control_system():
    with withheld(CONTROL):
        sent = message()
        assert ledger.record(get_db_name(), sent), "not in the outbox"
        assert attempt_of(sent["uid"]) == "t||"


def test_settings_show_the_grant_and_are_silent_once_it_is_granted():
    with withheld(CONTROL):
        (problem,) = problems()
        statement = f"GRANT EXECUTE ON {CONTROL} TO {postgres.ROLE};"
        assert statement in problem
        postgres.psql(statement, get_db_name())
        assert problems() == []
        postgres.psql(
            f"REVOKE EXECUTE ON {CONTROL} FROM {postgres.ROLE}", get_db_name()
        )


@pytest.mark.usefixtures("group_role")
def test_settings_name_objects_of_a_group_and_the_statement_that_helps():
    own(get_db_name(), *VIEWS_OF_GROUP)
    (problem,) = problems()
    statement = f"ALTER {VIEWS_OF_GROUP[0]} OWNER TO {postgres.ROLE};"
    assert GROUP in problem
    assert statement in problem
    postgres.psql(statement, get_db_name())
    assert problems() == []


def test_settings_name_roles_that_may_create_beside_odoo():
    postgres.psql("CREATE ROLE reliability_test_creator LOGIN", get_db_name())
    grant = "CREATE ON SCHEMA public"
    try:
        postgres.psql(f"GRANT {grant} TO reliability_test_creator", get_db_name())
        (problem,) = problems()
        assert f"REVOKE {grant} FROM PUBLIC, reliability_test_creator;" in problem
    finally:
        postgres.psql(
            "DROP OWNED BY reliability_test_creator;"
            " DROP ROLE reliability_test_creator",
            get_db_name(),
        )


def test_settings_say_that_the_database_postgres_is_closed():
    right = "CONNECT ON DATABASE postgres"
    postgres.psql(f"REVOKE {right} FROM PUBLIC", "postgres")
    try:
        (problem,) = problems()
        assert f"GRANT {right} TO {postgres.ROLE};" in problem
    finally:
        postgres.psql(f"GRANT {right} TO PUBLIC", "postgres")
