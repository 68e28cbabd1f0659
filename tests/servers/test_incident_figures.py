"""Figures of incidents on a real server: ``/metrics``, and the report for customers."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import requests
from metrics import scrape, wait_for
from pypdf import PdfReader

from setup.odoo_server import OdooServer
from setup.paths import RUN

TITLE = "The label printer is broken"
MINUTES_BEFORE = 10


@pytest.fixture(scope="module")
def server(database):
    folder = RUN / "test" / "incident-figures"
    options = {"max_cron_threads": 0}
    with OdooServer(database, folder, options=options) as server:
        yield server


@pytest.fixture(scope="module")
def browser(server, database):
    """The session of the administrator's browser."""
    with requests.Session() as session:
        identity = {"db": database, "login": "admin", "password": "admin"}
        post(session, server, "/web/session/authenticate", identity)
        yield session


def post(session, server, path, params):
    """Return the result of a request as the web client sends it."""
    answer = session.post(f"{server.url}{path}", json={"params": params}, timeout=60)
    assert "error" not in answer.json(), answer.text
    return answer.json()["result"]


@pytest.fixture(scope="module")
def call(server, browser):
    """Call methods as the web client does."""

    def call(model, method, *arguments):
        params = {"model": model, "method": method, "args": arguments, "kwargs": {}}
        return post(browser, server, "/web/dataset/call_kw", params)

    return call


@pytest.fixture(scope="module")
def incident(call):
    """Report an incident, acknowledge and restore it; return its number."""
    services = call("reliability.service", "search", [("code", "=", "shipping")])
    began = datetime.now(UTC) - timedelta(minutes=MINUTES_BEFORE)
    values = {
        "title": TITLE,
        "service_id": services[0],
        "began_at": f"{began:%Y-%m-%d %H:%M:%S}",
    }
    (dialog,) = call("reliability.incident.report", "create", [values])
    found = call("reliability.incident.report", "action_report", dialog)["res_id"]
    call("reliability.incident", "action_acknowledge", [found])
    call("reliability.incident", "action_restore", [found])
    (read,) = call("reliability.incident", "read", [found], ["number"])
    return read["number"]


def shown(samples):
    """Return the times of incidents of Shipping: end of the name → value."""
    return {
        (name.removeprefix("odoo_incident_"), dict(labels).get("le")): value
        for (name, labels), value in samples.items()
        if name.startswith("odoo_incident_")
        and dict(labels).get("service") == "shipping"
    }


def test_each_time_is_exported_once_and_stays_after_a_restart(server, incident):
    names = ("detection", "acknowledgement", "restoration")
    wait_for(
        server,
        lambda samples: all(
            shown(samples).get((f"{name}_seconds_count", None)) == 1 for name in names
        ),
    )
    found = shown(scrape(server))
    # Ten minutes are 600 s.
    assert found["restoration_seconds_bucket", "512.0"] == 0
    assert found["restoration_seconds_bucket", "1024.0"] == 1
    assert found["restoration_seconds_bucket", "1.048576e+06"] == 1, "12 days"
    server.stop()
    server.start()
    wait_for(server, lambda samples: shown(samples) == found)


def test_a_reader_prints_the_month(server, browser, call, incident):
    month = f"{datetime.now(UTC):%Y-%m}"
    (dialog,) = call("reliability.monthly.report", "create", [{"month": month}])
    action = call("reliability.monthly.report", "action_print", dialog)
    path = f"/report/pdf/{action['report_name']}/{dialog}"
    answer = browser.get(f"{server.url}{path}", timeout=60)
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert f"{incident} {TITLE}" in text
    assert "To restore 1 1 100.0" in text
