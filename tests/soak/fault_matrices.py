"""The fault matrix once more, where something else is not as usual.

Once with PgBouncer between Odoo and PostgreSQL, and once each on a host whose clock is
two hours ahead of PostgreSQL's and two hours behind.
"""

import shutil
from contextlib import contextmanager

import pytest
from clock import Clock
from fault_matrix import CELLS, assert_is_true, run_cells

from setup import databases, odoo_config, paths
from setup.pgbouncer import PgBouncer

DATABASE = "reliability_soak_matrix"
FOLDER = paths.RUN / "soak" / "matrix"
HOUR = 3600


@contextmanager
def behind_a_pooler():
    with PgBouncer(FOLDER / "pgbouncer") as pooler:
        yield {"db_port": pooler.port}, {}


@contextmanager
def two_hours_ahead():
    yield {}, _clock(2 * HOUR).variables


@contextmanager
def two_hours_behind():
    yield {}, _clock(-2 * HOUR).variables


def _clock(ahead):
    clock = Clock(FOLDER / "clock")
    clock.set(ahead)
    return clock


def run(condition):
    """Run all cells under a condition, see :func:`.run_cells`.

    :param condition: context manager that returns options of odoo.conf and environment
        variables
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    config = FOLDER / "odoo.conf"
    with databases.copied(databases.READY, DATABASE), condition() as changes:
        options, variables = changes
        odoo_config.write(config, {"db_name": DATABASE, **options})
        return run_cells(DATABASE, config, CELLS, **variables)


@pytest.mark.parametrize(
    "condition",
    [behind_a_pooler, two_hours_ahead, two_hours_behind],
    ids=lambda condition: condition.__name__,
)
def test_the_ledger_has_what_the_partner_system_did(condition):
    wrong = {}
    for cell, result in run(condition).items():
        try:
            assert_is_true(cell, *result)
        except AssertionError as error:
            wrong[cell] = f"{error}: {result}"
    assert not wrong
