"""PostgreSQL crashes, and the worker with it, as when the power fails.

Notes of a success do not wait for the disk: the COMMIT of the business does.  So what
it has kept is on record; what it has not may be forgotten but for its beginning.
"""

import json

import ledger_collector
import pytest
from matrix import Driver
from test_fault_matrix import FOUND, Simulator, partner

from setup import odoo_config, paths, postgres

CRASHES = 3


@pytest.fixture(scope="module")
def found(database):
    """Let workers and PostgreSQL end together, let the ledger find out what it can, and
    return situations → what it has of each attempt."""
    config = paths.RUN / "test" / "crash" / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    names = {
        situation: [f"cell {situation} {number}" for number in range(CRASHES)]
        for situation in ("crash_before_commit", "crash_after_commit")
    }
    # A copy's sequences go back in a crash, unless there was a checkpoint since.
    postgres.psql("CHECKPOINT")
    with (
        Simulator() as simulator,
        Driver("driver.py", config, simulator.port) as driver,
    ):
        for situation, its_names in names.items():
            for name in its_names:
                record = partner(database, name)
                driver.run(name, record, "ok", situation)
                postgres.start()
    ledger_collector.wait_until_decided(database, config)
    rows = json.loads(postgres.psql(FOUND, database))
    return {situation: [rows[name] for name in names[situation]] for situation in names}


def test_what_was_kept_has_succeeded(found):
    for exchange in found["crash_after_commit"]:
        assert exchange["state"] == "succeeded"
        assert exchange["outcomes"] == ["succeeded"]
        assert exchange["transaction_states"] == ["committed"]
        assert list(exchange["references"].values()) == ["committed"]


def test_what_was_not_kept_is_on_record_and_has_not_succeeded(found):
    for exchange in found["crash_before_commit"]:
        assert exchange["attempts"] == 1
        assert exchange["transaction_states"] == ["rolled_back"]
        if exchange["outcomes"] == ["succeeded"]:  # it came to the disk by chance
            assert exchange["state"] == "failed"
            assert list(exchange["references"].values()) == ["orphaned"]
        else:
            assert exchange["outcomes"] == ["unknown"]
            assert exchange["state"] == "unknown"
