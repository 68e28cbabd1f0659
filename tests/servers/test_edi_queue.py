"""Documents in jobs, with the real runner: the ledger keeps errors of retried jobs."""

import pytest
from edi_documents import make
from waiting import wait_until

from setup import databases, partners, postgres
from setup.odoo_server import OdooServer
from setup.paths import RUN
from setup.traffic import ApiUser

SOURCE = databases.FULL
FOLDER = RUN / "test" / "edi_queue"
PARTNER = "acme_corporation"


@pytest.fixture
def simulator():
    with partners.Simulator() as running:
        yield running


@pytest.fixture
def server(simulator, database):
    running = OdooServer(
        database,
        FOLDER,
        variables={"SIMULATED_PARTNERS": simulator.url},
        channels="root:1",
    )
    with running:
        yield running


def wait_for(database, query, expected):
    """Return when a query returns what is expected."""
    wait_until(lambda: postgres.psql(query, database) == expected, query)


def test_a_job_that_is_retried_keeps_its_error_in_the_ledger(
    server, simulator, database
):
    make(server.config, PARTNER, 1)
    admin = ApiUser(server.url, database, "admin", "admin")
    (sending,) = admin.call(
        "queue.job.function",
        "search",
        [("method", "=", "action_exchange_send")],
        limit=1,
    )
    # Soon, instead of after ten minutes.
    admin.call(
        "queue.job.function", "write", [sending], {"edit_retry_pattern": "{1: 5}"}
    )
    simulator.behave(PARTNER, "unavailable", times=0)
    # Runs each hour: it creates jobs for the documents that are to be sent.
    cron = admin.call(
        "ir.cron", "search", [("code", "like", "_cron_check_output_exchange_sync")]
    )
    admin.call("ir.cron", "method_direct_trigger", cron)
    wait_for(
        database,
        "SELECT state FROM reliability_exchange WHERE operation = 'send'",
        "retrying",
    )
    # The document itself has lost the error.
    assert not postgres.psql("SELECT exchange_error FROM edi_exchange_record", database)
    simulator.forget()
    wait_for(
        database,
        "SELECT state FROM reliability_exchange WHERE operation = 'send'",
        "succeeded",
    )
    attempts = (
        "SELECT outcome, transaction_state, job <> ''"
        "  FROM reliability_attempt ORDER BY id"
    )
    wait_until(lambda: "succeeded|committed|t" in postgres.psql(attempts, database))
    *failed, last = postgres.psql(attempts, database).splitlines()
    assert set(failed) == {"failed|rolled_back|t"}
    assert last == "succeeded|committed|t"
    error = postgres.psql("SELECT first_error FROM reliability_exchange", database)
    assert "503 Server Error" in error
    # The collector records the document within seconds.
    wait_for(database, "SELECT state FROM reliability_edi_document", "done")
    assert [len(contents) for contents in simulator.taken.values()] == [1]
