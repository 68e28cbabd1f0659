"""Odoo's own EDI of invoices, and access points such as Peppol's, where installed."""

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
    """An exchange on record."""

    whom: str
    operation: str
    name: str
    res_model: str
    again: str
    state: str
    first_error: str | None
    tries: int
    made: str | None


def of(whom, operation, rows):
    """Return what was asked of somebody, in the order in which it began."""
    return [row for row in rows if (row.whom, row.operation) == (whom, operation)]


@pytest.fixture(scope="module")
def on_record(database):
    """What the ledger has of invoices that were sent."""
    ours = postgres.psql(INSTALLED, database).split()
    assert ours == ["reliability_account_edi", "reliability_edi_proxy"]
    config = FOLDER / "odoo.conf"
    odoo_config.write(config, {"db_name": database})
    done = subprocess.run(
        [paths.PYTHON, EXCHANGES / "access_point.py"],
        cwd=paths.RUN,
        env=python_env.environ(ODOO_RC=str(config), PYTHONPATH=str(paths.ROOT)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [Row(*row) for row in json.loads(done.stdout)]


def test_an_invoice_by_peppol_is_on_record_by_its_number(on_record):
    """Refused and sent again is one exchange: its first error stays."""
    taken, refused, cut, both = of("peppol", "send_document", on_record)
    numbers = [row.name for row in (taken, refused, cut)]
    assert all(number.startswith("INV/") for number in numbers), numbers
    assert len(set(numbers)) == 3
    assert {row.res_model for row in (taken, refused, cut, both)} == {"account.move"}
    assert {row.repeatable for row in (taken, refused, cut, both)} == {"unsafe"}
    assert (taken.state, taken.tries, taken.made) == ("succeeded", 1, "uuid-1")
    assert (refused.state, refused.tries, refused.made) == ("succeeded", 2, "uuid-2")
    assert refused.first_error == "Not ready"
    assert (cut.state, cut.made) == ("unknown", None)
    assert (both.state, both.made) == ("succeeded", "uuid-4,uuid-5")


def test_how_peppol_has_got_on_is_a_question(on_record):
    (asked,) = of("peppol", "get_document", on_record)
    assert (asked.state, asked.repeatable) == ("succeeded", "safe")
    (told,) = of("peppol", "ack", on_record)
    assert (told.state, told.repeatable) == ("succeeded", "idempotent")


def test_italy_is_asked_in_its_own_words(on_record):
    taken, refused = of("l10n_it_edi", "sdi_ricevi_file", on_record)
    assert taken.name == "IT01234567890 IT01_1.xml"
    assert (taken.state, taken.repeatable, taken.made) == (
        "succeeded",
        "unsafe",
        "sdi-1",
    )
    assert (refused.state, refused.first_error) == ("failed", "EI01: empty")
    (polled,) = of("l10n_it_edi", "ricezione_invoice", on_record)
    assert (polled.state, polled.repeatable) == ("succeeded", "safe")


def test_jobs_of_odoos_own_edi_are_judged_by_what_it_wrote_down(on_record):
    failed, processed = of("probe_format", "send", on_record)
    assert (failed.state, failed.first_error) == ("failed", "No VAT")
    assert processed.state == "succeeded"
