"""Changes by administrators take effect in every worker, without a restart."""

import probe
import pytest
from metrics import COUNT, by_outcome, counts, scrape, wait_for, wait_for_cycles
from waiting import wait_until

from setup import traffic
from setup.odoo_server import OdooServer
from setup.paths import RUN
from setup.traffic import ApiUser

CALLS = 30  # enough for each of three workers to get some


@pytest.fixture(scope="module")
def server(database):
    options = {"max_cron_threads": 0}
    with OdooServer(database, RUN / "test" / "changes", 3, options=options) as server:
        yield server


@pytest.fixture(scope="module")
def installing(server):
    """The samples after installing a module whose data confirm an order."""
    user = ApiUser(server.url, server.database, "admin", "admin")
    found = user.call(
        "ir.module.module", "search", [("name", "=", "reliability_probe")]
    )
    user.call("ir.module.module", "button_immediate_install", found)
    user.call("sale.order", "action_confirm", traffic.make_orders(user, 1))
    return wait_for(server, lambda s: by_outcome(s).get("success"))


@pytest.fixture
def user(server, installing):
    return ApiUser(server.url, server.database, "admin", "admin")


@pytest.fixture
def operation(user):
    """The operation of the probe's method."""
    made = probe.measure(user)
    yield made
    user.call("reliability.operation", "unlink", [made])


def calls_counted(server, user):
    """Call all workers; return the number of calls that are counted."""
    before = done(wait_for_cycles(server))
    for _call in range(CALLS):
        assert probe.work(user)
    return done(wait_for_cycles(server)) - before


def done(samples):
    return by_outcome(samples, probe.OPERATION).get("success", 0)


def test_nothing_is_measured_while_a_module_is_installed(installing):
    """Orders confirmed afterwards are measured."""
    assert counts(installing)["order_confirmation", "success"] == 1


def test_an_operation_is_measured_from_its_creation_until_it_is_archived(server, user):
    assert calls_counted(server, user) == 0
    reloads = log(server).count("Reloading the model registry")
    operation = probe.measure(user)
    assert calls_counted(server, user) == CALLS
    assert log(server).count("Reloading the model registry") == reloads, "it is slow"

    user.call("reliability.operation", "write", [operation], {"threshold": 0.75})
    assert calls_counted(server, user) == CALLS
    bounds = {
        float(dict(labels)["le"])
        for name, labels in scrape(server)
        if name == COUNT.replace("count", "bucket")
        and dict(labels)["operation"] == probe.OPERATION
    }
    assert 0.75 in bounds

    user.call("reliability.operation", "write", [operation], {"active": False})
    assert calls_counted(server, user) == 0
    user.call("reliability.operation", "unlink", [operation])


def test_the_switch_in_settings_pauses_and_resumes_measuring(server, user, operation):
    for off, counted in ((True, 0), (False, CALLS)):
        values = {"reliability_switched_off": off}
        settings = user.call("res.config.settings", "create", values)
        user.call("res.config.settings", "execute", [settings])
        assert calls_counted(server, user) == counted


def test_the_switch_in_odoo_conf_pauses_and_resumes_measuring(server, user, operation):
    text = server.config.read_text()
    server.config.write_text(text + "enabled = False\n")
    try:
        wait_until(lambda: all_log(server, user, "Measuring is switched off"))
        wait_for(server, lambda s: s["odoo_reliability_enabled", ()] == 0)
        assert calls_counted(server, user) == 0
    finally:
        server.config.write_text(text)
    wait_until(lambda: all_log(server, user, "Measuring is switched on"))
    wait_for(server, lambda s: s["odoo_reliability_enabled", ()] == 1)
    assert calls_counted(server, user) == CALLS


def all_log(server, user, message):
    """Call a worker; return whether each worker has logged a message by now.

    A worker reads odoo.conf again when it is called.
    """
    probe.work(user)
    lines = [line.split() for line in log(server).splitlines() if message in line]
    return set(server.worker_pids()) <= {int(line[2]) for line in lines}


def log(server):
    return (server.folder / "odoo.log").read_text()
