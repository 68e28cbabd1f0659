"""Two servers that share a folder: one collector leads, and nothing counts twice."""

import pytest
from in_database import rollups, wait_for_rollups
from metrics import Watch, by_outcome, fetch, scrape, wait_for, with_labels

from setup import odoo_config, paths, traffic

ONE, TWO = "reliability_shared_one", "reliability_shared_two"
FOLDER = paths.RUN / "test" / "shared" / "telemetry"
ORDERS = 6


@pytest.fixture
def servers(make_server, make_database):
    """Each with a database, workers, a collector, a port and a name of its own."""
    found = []
    for name in (ONE, TWO):
        make_database(name)
        options = {"db_name": name, "dbfilter": f"^{name}$", "max_cron_threads": 0}
        ours = {"telemetry_dir": FOLDER, "host": f"host-of-{name}"}
        found.append(make_server(workers=0, options=options, reliability=ours))
    return found


def confirm(user):
    """Confirm orders, each a second time in vain; return how the calls ended."""
    orders = traffic.make_orders(user, ORDERS)
    calls = traffic.confirmations()
    calls.run([(user, order) for order in [*orders, *orders]])
    return {"success": calls.answers["done"], "rejected": calls.answers["refused"]}


def shown(samples, database):
    """Return how a database's confirmations ended, as ``/metrics`` tells."""
    counts = by_outcome(with_labels(samples, db=database))
    return {outcome: n for outcome, n in counts.items() if n and outcome != "retried"}


def answers(server):
    """Whether the server's collector is asked with success."""
    try:
        token = odoo_config.metrics_token().read_text()
        return fetch(server.metrics_url, token)[0] == 200
    except OSError:
        return False


def test_each_database_gets_its_own_and_the_other_server_takes_over(servers, admin):
    told = {
        name: confirm(admin(server, name))
        for server, name in zip(servers, (ONE, TWO), strict=True)
    }
    leading, waiting = sorted(servers, key=answers, reverse=True)
    assert answers(leading)
    assert not answers(waiting), "both count the same"
    for name in (ONE, TWO):
        wait_for(leading, lambda s, name=name: shown(s, name) == told[name])
    before = scrape(leading)

    leading.kill()
    with Watch(waiting) as watch:
        samples = wait_for(waiting, bool)
        for name in (ONE, TWO):
            assert shown(samples, name) == shown(before, name)
        again = confirm(admin(waiting, waiting.options["db_name"]))
        of_it = told[waiting.options["db_name"]]
        told[waiting.options["db_name"]] = {k: of_it[k] + again[k] for k in of_it}
        for name in (ONE, TWO):
            which = {"where": "outcome <> 'retried'"}
            wait_for_rollups(name, told[name], **which)
            assert rollups(name, "hour", **which) == told[name]
            wait_for(waiting, lambda s, name=name: shown(s, name) == told[name])
    assert not watch.falls
