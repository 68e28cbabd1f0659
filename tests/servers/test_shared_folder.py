"""Two servers share a folder: one collector is the leader; no call counts twice."""

import pytest
from in_database import rollups, wait_for_rollups
from metrics import Watch, by_outcome, fetch, scrape, wait_for, with_labels

from setup import odoo_config, paths, traffic

ONE, TWO = "reliability_shared_one", "reliability_shared_two"
FOLDER = paths.RUN / "test" / "shared" / "telemetry"
ORDERS = 6


@pytest.fixture
def servers(make_server, make_database):
    """Two servers, each with its own database, workers, collector, port and name."""
    found = []
    for name in (ONE, TWO):
        make_database(name)
        options = {"db_name": name, "dbfilter": f"^{name}$", "max_cron_threads": 0}
        ours = {"telemetry_dir": FOLDER, "host": f"host-of-{name}"}
        found.append(make_server(workers=0, options=options, reliability=ours))
    return found


def confirm(user):
    """Confirm orders twice; the second calls are refused. Return outcome → calls."""
    orders = traffic.make_orders(user, ORDERS)
    calls = traffic.confirmations()
    calls.run([(user, order) for order in [*orders, *orders]])
    return {"success": calls.answers["done"], "rejected": calls.answers["refused"]}


def shown(samples, database):
    """Return the ended confirmations of a database on ``/metrics``: outcome → calls."""
    counts = by_outcome(with_labels(samples, db=database))
    return {outcome: n for outcome, n in counts.items() if n and outcome != "retried"}


def answers(server):
    """Whether the server's collector serves metrics."""
    try:
        token = odoo_config.metrics_token().read_text()
        return fetch(server.metrics_url, token)[0] == 200
    except OSError:
        return False


def test_each_database_gets_its_own_and_the_other_server_takes_over(servers, admin):
    expected = {
        name: confirm(admin(server, name))
        for server, name in zip(servers, (ONE, TWO), strict=True)
    }
    leading, waiting = sorted(servers, key=answers, reverse=True)
    assert answers(leading)
    assert not answers(waiting), "both are leaders"
    for name in (ONE, TWO):
        wait_for(leading, lambda s, name=name: shown(s, name) == expected[name])
    before = scrape(leading)

    leading.kill()
    with Watch(waiting) as watch:
        samples = wait_for(waiting, bool)
        for name in (ONE, TWO):
            assert shown(samples, name) == shown(before, name)
        again = confirm(admin(waiting, waiting.options["db_name"]))
        own = expected[waiting.options["db_name"]]
        expected[waiting.options["db_name"]] = {k: own[k] + again[k] for k in own}
        for name in (ONE, TWO):
            which = {"where": "outcome <> 'retried'"}
            wait_for_rollups(name, expected[name], **which)
            assert rollups(name, "hour", **which) == expected[name]
            wait_for(waiting, lambda s, name=name: shown(s, name) == expected[name])
    assert not watch.falls
