"""Documents that others wrote, EDIFACT and UBL, are received over HTTP and read from
files: what Odoo cannot read, or does not know, is said so, and done once it is mended.
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


def of_odoo():
    """Return the UBL order that Odoo itself tests with."""
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
def kind(admin):
    """Values of an order that comes from a partner."""
    partner = admin.call("res.partner", "create", {"name": "Acme Corporation"})
    of = admin.call("edi.backend.type", "create", {"name": "HTTP", "code": "http"})
    backend = {"name": "EDI", "backend_type_id": of}
    backend = admin.call("edi.backend", "create", backend)
    (handler,) = admin.call("ir.model", "search", [("model", "=", "simulated.partner")])
    orders = admin.call(
        "edi.exchange.type",
        "create",
        {
            "name": "ORDERS",
            "code": "orders",
            "direction": "input",
            "backend_id": backend,
            "backend_type_id": of,
            "partner_ids": [(6, 0, [partner])],
            "receive_model_id": handler,
            "process_model_id": handler,
        },
    )
    return {"type_id": orders, "backend_id": backend}


def test_there_are_samples():
    assert len(ORDERS) == 5


@pytest.mark.parametrize(
    "file", [*ORDERS, "of Odoo"], ids=lambda of: getattr(of, "stem", of)
)
def test_an_order_is_made_once_its_products_are_known(admin, simulator, kind, file):
    file = of_odoo() if file == "of Odoo" else file
    simulator.offer(PARTNER, file.name, file.read_text())
    values = {"external_identifier": file.name, "edi_exchange_state": "input_pending"}
    document = admin.call("edi.exchange.record", "create", kind | values)
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


def test_an_invoice_among_the_orders_is_said_so(admin, kind):
    content = base64.b64encode(INVOICE.read_bytes()).decode()
    values = {"exchange_file": content, "edi_exchange_state": "input_received"}
    document = admin.call("edi.exchange.record", "create", kind | values)
    step(admin, "process", document)
    said = "Not an order, but Invoice"
    assert ledger(admin, document) == {"process": ("failed", 1, said)}


def test_half_an_order_is_said_so(admin, kind):
    content = base64.b64encode(ORDERS[0].read_bytes()[:300]).decode()
    values = {"exchange_file": content, "edi_exchange_state": "input_received"}
    document = admin.call("edi.exchange.record", "create", kind | values)
    step(admin, "process", document)
    ((state, tries, error),) = ledger(admin, document).values()
    assert (state, tries) == ("failed", 1)
    assert "Syntax Error" in error


def step(admin, name, document):
    action = f"action_exchange_{name}"
    admin.call("edi.exchange.record", action, [document], context=AT_ONCE)


def read(admin, document, field):
    ((found),) = admin.call("edi.exchange.record", "read", [document], [field])
    return found[field]


def ledger(admin, document):
    """Return step → state, tries and first error of a document."""
    found = admin.call(
        "reliability.exchange",
        "search_read",
        [("res_model", "=", "edi.exchange.record"), ("res_id", "=", document)],
        ["operation", "state", "attempt_count", "first_error"],
    )
    return {
        of["operation"]: (of["state"], of["attempt_count"], of["first_error"])
        for of in found
    }
