"""What administrators change takes effect in every worker, without a restart."""

import re
import time

import probe
import pytest
from metrics import COUNT, by_outcome, counts, scrape, wait_for

from setup import traffic

WORKERS = 3
CALLS = 30  # over so few workers, each gets some of so many


@pytest.fixture
def server(make_server):
    return make_server(workers=WORKERS, options={"max_cron_threads": 0})


@pytest.fixture
def user(server, admin):
    return admin(server)


def call_all_workers(user):
    for _call in range(CALLS):
        assert probe.work(user)


def counted(server, expected, outcome="success"):
    """Wait until so many calls are counted, and see that no more are."""
    done = {outcome: expected}
    wait_for(server, lambda s: by_outcome(s, probe.OPERATION).get(outcome) == expected)
    time.sleep(1.5)
    assert by_outcome(scrape(server), probe.OPERATION).get(outcome) == done[outcome]


def test_nothing_is_measured_while_a_module_is_installed(server, user):
    """Its data confirm an order, and other orders are confirmed as ever."""
    probe.install(user)
    order = traffic.make_orders(user, 1)
    user.call("sale.order", "action_confirm", order)
    samples = wait_for(server, lambda s: by_outcome(s).get("success"))
    assert counts(samples)["order_confirmation", "success"] == 1


def test_an_operation_counts_from_when_it_is_made_until_it_is_archived(server, user):
    call_all_workers(user)
    operation = probe.measure(user)
    call_all_workers(user)
    counted(server, CALLS)
    log = (server.folder / "odoo.log").read_text()
    assert "Reloading the model registry" not in log, "it takes seconds in each worker"

    user.call("reliability.operation", "write", [operation], {"threshold": 0.75})
    call_all_workers(user)
    counted(server, 2 * CALLS)
    bounds = {
        float(dict(labels)["le"])
        for name, labels in scrape(server)
        if name == COUNT.replace("count", "bucket")
        and dict(labels)["operation"] == probe.OPERATION
    }
    assert 0.75 in bounds

    user.call("reliability.operation", "write", [operation], {"active": False})
    call_all_workers(user)
    counted(server, 2 * CALLS)
    user.call("reliability.operation", "unlink", [operation])


def test_the_switch_in_settings_stops_it_all_and_starts_it_again(server, user):
    operation = probe.measure(user)
    switch_off = {"reliability_switched_off": True}
    for off in (True, False):
        settings = user.call("res.config.settings", "create", switch_off)
        user.call("res.config.settings", "execute", [settings])
        call_all_workers(user)
        switch_off = {"reliability_switched_off": False}
        if off:
            time.sleep(1.5)
            assert not by_outcome(scrape(server), probe.OPERATION)
    counted(server, CALLS)
    user.call("reliability.operation", "unlink", [operation])


def test_the_switch_in_odoo_conf_stops_it_all_and_starts_it_again(server, user):
    operation = probe.measure(user)
    text = server.config.read_text()
    server.config.write_text(text + "enabled = False\n")
    time.sleep(2.5)
    call_all_workers(user)
    time.sleep(1.5)
    assert not by_outcome(scrape(server), probe.OPERATION)
    assert shown(server, "odoo_reliability_enabled") == 0
    server.config.write_text(text)
    time.sleep(2.5)
    call_all_workers(user)
    counted(server, CALLS)
    assert shown(server, "odoo_reliability_enabled") == 1
    log = (server.folder / "odoo.log").read_text()
    assert re.search("Measuring is switched off in odoo.conf", log)
    user.call("reliability.operation", "unlink", [operation])


def shown(server, name):
    return scrape(server)[name, ()]
