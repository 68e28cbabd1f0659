"""The fault matrix: the ledger has what the partner system did, whatever fails."""

import pytest
from fault_matrix import CELLS, SITUATIONS, assert_is_true, expected, run_cells
from matrix import assert_is_documented

from setup import odoo_config, paths

GROUPS = (
    ("ok", "slow"),
    ("refuses", "breaks", "tls"),
    ("timeout_before", "timeout_after", "cut"),
)
"""Faults that the documentation shows as one column."""


@pytest.fixture(scope="module")
def results(database):
    """Run all cells, see :func:`.run_cells`."""
    config = paths.RUN / "test" / "fault_matrix" / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    return run_cells(database, config, CELLS)


def test_the_documentation_shows_the_tested_table():
    assert_is_documented("integrations.md", expected, SITUATIONS, GROUPS)


@pytest.mark.parametrize("cell", CELLS, ids=" ".join)
def test_the_ledger_has_what_the_partner_system_did(results, cell):
    assert_is_true(cell, *results[cell])
