"""Sample documents of other projects, EDIFACT and UBL, from HTTP and from files.

Documents that Odoo cannot read, or whose products it does not know, fail with the
reason; once the cause is corrected, they are processed.
"""

import base64
import re

import pytest

from setup import databases, odoo_source, partners, python_env
from setup.odoo_server import OdooServer
from setup.paths import RUN
from setup.traffic import ApiUser

SOURCE = databases.FULL
PARTNER = "acme_corporation"
AT_ONCE = {"queue_job__no_delay": True}
OCA = python_env.SAMPLES_FOLDER / "odoo" / "addons"
ORDERS = [
    *sorted((OCA / "base_edifact" / "tests" / "files").glob("*.txt")),
    OCA / "base_ubl_parse" / "tests" / "samples" / "UBL-Order-2.1-Example.xml",
]
INVOICE = OCA / "base_ubl_parse" / "tests" / "samples" / "UBL-Invoice-2.1-Example.xml"
UNKNOWN = re.compile(r"There is no product (.+)\.")


def order_of_odoo():
    """Return the file of the UBL order in Odoo's own tests."""
    for folder in odoo_source.in_use().addons:
        file = folder / "sale_edi_ubl" / "tests" / "data" / "test_so_edi.xml"
        if file.is_file():
            return file
    raise AssertionError("Odoo has no order in UBL")


@pytest.fixture(scope="module")
def simulator():
    with partners.Simulator() as running:
        yield running


@pytest.fixture(scope="module")
def admin(simulator, database):
    server = OdooServer(
        database,
        RUN / "test" / "edi_samples",
        variables={"SIMULATED_PARTNERS": simulator.url},
    )
    with server:
        yield ApiUser(server.url, database, "admin", "admin")


@pytest.fixture(scope="module")
def order_values(admin):
    """Values of an order from a partner."""
    partner = admin.call("res.partner", "create", {"name": "Acme Corporation"})
    values = {"name": "HTTP", "code": "http"}
    backend_type = admin.call("edi.backend.type", "create", values)
    values = {"name": "EDI", "backend_type_id": backend_type}
    backend = admin.call("edi.backend", "create", values)
    (handler,) = admin.call("ir.model", "search", [("model", "=", "simulated.partner")])
    orders = admin.call(
        "edi.exchange.type",
        "create",
        {
            "name": "ORDERS",
            "code": "orders",
            "direction": "input",
            "backend_id": backend,
            "backend_type_id": backend_type,
            "partner_ids": [(6, 0, [partner])],
            "receive_model_id": handler,
            "process_model_id": handler,
        },
    )
    return {"type_id": orders, "backend_id": backend}


def test_there_are_samples():
    assert len(ORDERS) == 5


@pytest.mark.parametrize(
    "file", [*ORDERS, "of Odoo"], ids=lambda file: getattr(file, "stem", file)
)
def test_an_order_is_created_once_its_products_are_known(
    admin, simulator, order_values, file
):
    file = order_of_odoo() if file == "of Odoo" else file
    simulator.offer(PARTNER, file.name, file.read_text())
    values = {"external_identifier": file.name, "edi_exchange_state": "input_pending"}
    document = admin.call("edi.exchange.record", "create", order_values | values)
    step(admin, "receive", document)
    step(admin, "process", document)
    unknown = UNKNOWN.search(read(admin, document, "exchange_error"))
    codes = unknown[1].split(", ")
    values = [{"name": code, "default_code": code} for code in codes]
    products = admin.call("product.product", "create", values)
    step(admin, "process", document)
    admin.call("product.product", "write", products, {"active": False})
    assert read(admin, document, "edi_exchange_state") == "input_processed"
    assert ledger(admin, document) == {
        "receive": ("succeeded", 1, False),
        "process": ("succeeded", 2, unknown[0]),
    }
    order = read(admin, document, "res_id")
    assert admin.call("sale.order", "read", [order], ["client_order_ref"])


def test_an_invoice_instead_of_an_order_fails(admin, order_values):
    content = base64.b64encode(INVOICE.read_bytes()).decode()
    values = {"exchange_file": content, "edi_exchange_state": "input_received"}
    document = admin.call("edi.exchange.record", "create", order_values | values)
    step(admin, "process", document)
    message = "Not an order, but Invoice"
    assert ledger(admin, document) == {"process": ("failed", 1, message)}


def test_half_an_order_fails(admin, order_values):
    content = base64.b64encode(ORDERS[0].read_bytes()[:300]).decode()
    values = {"exchange_file": content, "edi_exchange_state": "input_received"}
    document = admin.call("edi.exchange.record", "create", order_values | values)
    step(admin, "process", document)
    ((state, attempts, error),) = ledger(admin, document).values()
    assert (state, attempts) == ("failed", 1)
    assert "Syntax Error" in error


def step(admin, name, document):
    action = f"action_exchange_{name}"
    admin.call("edi.exchange.record", action, [document], context=AT_ONCE)


def read(admin, document, field):
    (record,) = admin.call("edi.exchange.record", "read", [document], [field])
    return record[field]


def ledger(admin, document):
    """Return step → (state, number of attempts, first error) of a document."""
    exchanges = admin.call(
        "reliability.exchange",
        "search_read",
        [("res_model", "=", "edi.exchange.record"), ("res_id", "=", document)],
        ["operation", "state", "attempt_count", "first_error"],
    )
    return {
        exchange["operation"]: (
            exchange["state"],
            exchange["attempt_count"],
            exchange["first_error"],
        )
        for exchange in exchanges
    }
