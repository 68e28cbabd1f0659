"""PostgreSQL and the worker crash at the same time, as when the power fails.

The message of a success does not wait for the disk: the COMMIT of the business does.
So a committed attempt is recorded with its outcome; of others only the begin may be
recorded.
"""

import json

import ledger_collector
import pytest
from fault_matrix import FOUND, Simulator, partner
from matrix import Driver

from setup import odoo_config, paths, postgres

CRASHES = 3


@pytest.fixture(scope="module")
def found(database):
    """Crash workers and PostgreSQL, run the maintenance of the ledger, and return
    situation → exchanges in the ledger."""
    config = paths.RUN / "test" / "crash" / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    names = {
        situation: [f"cell {situation} {number}" for number in range(CRASHES)]
        for situation in ("crash_before_commit", "crash_after_commit")
    }
    # Sequences of a copied database are reset by a crash before the first checkpoint.
    postgres.psql("CHECKPOINT")
    with (
        Simulator() as simulator,
        Driver("driver.py", config, simulator.port) as driver,
    ):
        for situation, records in names.items():
            for name in records:
                record = partner(database, name)
                driver.run(name, record, "ok", situation)
                postgres.start()
    ledger_collector.wait_until_decided(database, config)
    rows = json.loads(postgres.psql(FOUND, database))
    return {situation: [rows[name] for name in names[situation]] for situation in names}


def test_a_committed_attempt_has_succeeded(found):
    for exchange in found["crash_after_commit"]:
        assert exchange["state"] == "succeeded"
        assert exchange["outcomes"] == ["succeeded"]
        assert exchange["transaction_states"] == ["committed"]
        assert list(exchange["references"].values()) == ["committed"]


def test_an_attempt_that_was_not_committed_is_recorded_and_has_not_succeeded(found):
    for exchange in found["crash_before_commit"]:
        assert exchange["attempts"] == 1
        assert exchange["transaction_states"] == ["rolled_back"]
        if exchange["outcomes"] == [
            "succeeded"
        ]:  # the message was on the disk by chance
            assert exchange["state"] == "failed"
            assert list(exchange["references"].values()) == ["orphaned"]
        else:
            assert exchange["outcomes"] == ["unknown"]
            assert exchange["state"] == "unknown"
