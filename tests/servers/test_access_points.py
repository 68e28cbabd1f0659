"""Exchanges of Odoo's own EDI of invoices, and of access points such as Peppol's."""

import json
import subprocess
from typing import NamedTuple

import pytest
from matrix import EXCHANGES

from setup import databases, odoo_config, paths, postgres, python_env

SOURCE = databases.INVOICING
FOLDER = paths.RUN / "test" / "access_points"
INSTALLED = """
    SELECT name FROM ir_module_module WHERE state = 'installed'
       AND name IN ('reliability_account_edi', 'reliability_edi_proxy') ORDER BY name
"""


class Row(NamedTuple):
    """An exchange of the ledger."""

    system: str
    operation: str
    name: str
    res_model: str
    repeatable: str
    state: str
    first_error: str | None
    attempts: int
    references: str | None


def select(system, operation, rows):
    """Return the exchanges of an operation, in the order in which they began."""
    return [row for row in rows if (row.system, row.operation) == (system, operation)]


@pytest.fixture(scope="module")
def exchanges(database):
    """The exchanges of the invoices that access_point.py sends."""
    installed = postgres.psql(INSTALLED, database).split()
    assert installed == ["reliability_account_edi", "reliability_edi_proxy"]
    config = FOLDER / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    process = subprocess.run(
        [paths.PYTHON, EXCHANGES / "access_point.py"],
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [Row(*row) for row in json.loads(process.stdout)]


def test_an_invoice_by_peppol_has_its_number(exchanges):
    """Refused and sent again is one exchange, which keeps its first error."""
    taken, refused, cut, both = select("peppol", "send_document", exchanges)
    numbers = [row.name for row in (taken, refused, cut)]
    assert all(number.startswith("INV/") for number in numbers), numbers
    assert len(set(numbers)) == 3
    assert {row.res_model for row in (taken, refused, cut, both)} == {"account.move"}
    assert {row.repeatable for row in (taken, refused, cut, both)} == {"unsafe"}
    assert (taken.state, taken.attempts, taken.references) == ("succeeded", 1, "uuid-1")
    assert (refused.state, refused.attempts, refused.references) == (
        "succeeded",
        2,
        "uuid-2",
    )
    assert refused.first_error == "Not ready"
    assert (cut.state, cut.references) == ("unknown", None)
    assert (both.state, both.references) == ("succeeded", "uuid-4,uuid-5")


def test_queries_to_peppol_are_safe(exchanges):
    (query,) = select("peppol", "get_document", exchanges)
    assert (query.state, query.repeatable) == ("succeeded", "safe")
    (acknowledgement,) = select("peppol", "ack", exchanges)
    assert (acknowledgement.state, acknowledgement.repeatable) == (
        "succeeded",
        "idempotent",
    )


def test_operations_of_italy(exchanges):
    taken, refused = select("l10n_it_edi", "sdi_ricevi_file", exchanges)
    assert taken.name == "IT01234567890 IT01_1.xml"
    assert (taken.state, taken.repeatable, taken.references) == (
        "succeeded",
        "unsafe",
        "sdi-1",
    )
    assert (refused.state, refused.first_error) == ("failed", "EI01: empty")
    (polled,) = select("l10n_it_edi", "ricezione_invoice", exchanges)
    assert (polled.state, polled.repeatable) == ("succeeded", "safe")


def test_jobs_of_odoos_own_edi_have_its_errors(exchanges):
    failed, processed = select("probe_format", "send", exchanges)
    assert (failed.state, failed.first_error) == ("failed", "No VAT")
    assert processed.state == "succeeded"
