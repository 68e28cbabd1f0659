"""Two hosts serve one database: their counts add up, and one shows its gauges."""

from collections import Counter

import pytest
from in_database import confirmed_in, rollups, wait_for_rollups
from metrics import by_outcome, wait_for
from waiting import wait_until

from setup import postgres, traffic

NAMES = ("one", "two")
TIMESTAMP = "odoo_reliability_facts_timestamp_seconds"
GAUGES = ("odoo_transfers_waiting", "odoo_company_info", "odoo_cron_active")


@pytest.fixture
def database(make_database):
    return make_database("reliability_hosts")


@pytest.fixture
def hosts(make_server):
    """Two hosts, each with its own workers, collector, folder, ports and name."""
    no_cron = {"max_cron_threads": 0}
    return [make_server(options=no_cron, reliability={"host": name}) for name in NAMES]


def samples_of(server):
    """Return the samples of a host's collector, once it answers."""
    return wait_for(server, bool)


def shown(server):
    """Return the confirmations on a host: outcome → calls."""
    return +Counter(by_outcome(samples_of(server)))


def shows_gauges(server):
    """Return whether a host shows the database's gauges: all of them, or none."""
    names = {name for name, _labels in samples_of(server)}
    shown = [gauge in names for gauge in GAUGES]
    assert all(shown) or not any(shown), shown
    return all(shown)


def wait_for_gauges(hosts):
    """Return the host that shows the database's gauges."""
    return wait_until(
        lambda: next((host for host in hosts if shows_gauges(host)), None),
        "no host shows the database's gauges",
    )


def test_hosts_add_up_to_what_the_database_has(hosts, admin, database):
    """Each order is confirmed on both at once; one of the two calls is refused."""
    users = [admin(host) for host in hosts]
    orders = traffic.make_orders(users[0], 30)
    confirmations = traffic.confirmations()
    confirmations.run([(user, order) for order in orders for user in users])
    answers = confirmations.answers
    outcomes = {"success": answers["done"], "rejected": answers["refused"]}
    assert sum(outcomes.values()) == len(orders) * len(hosts), answers
    assert len(confirmed_in(database, orders)) == answers["done"]
    by_host = dict(zip(NAMES, wait_until_shown(hosts, outcomes), strict=True))
    assert all(counts["success"] for counts in by_host.values()), by_host
    for name, counts in by_host.items():
        wait_for_rollups(database, counts, where=f"host = '{name}'")
    for table in ("minute", "hour"):
        assert rollups(database, table) == sum(by_host.values(), Counter())
    hosts[0].stop()
    assert ended_in(database) == {"one": "1", "two": "0"}


def wait_until_shown(hosts, outcomes):
    """Return outcome → calls of each host, once they add up to the users' answers."""

    def found():
        each = [shown(host) for host in hosts]
        return each if sum(each, Counter()).items() >= outcomes.items() else None

    return wait_until(found, f"not all of {outcomes}")


def ended_in(database):
    """Return host → whether it has ended in order, as the database knows."""
    query = "SELECT host || ' ' || has_ended::int FROM reliability_collector_checkpoint"
    return dict(line.split() for line in postgres.psql(query, database).splitlines())


def expire_lease(database):
    """Date the lease of the host that shows gauges back by a minute."""
    postgres.psql(
        "UPDATE reliability_lease SET until = until - interval '1 minute'",
        database,
    )


def test_one_host_shows_gauges_and_the_other_takes_over_when_it_dies(hosts, database):
    leader = wait_for_gauges(hosts)
    (other,) = (host for host in hosts if host is not leader)
    # Both poll equally often, so the other has polled meanwhile, too.
    for _time in range(2):
        before = last_read(leader)
        wait_until(lambda before=before: last_read(leader) > before)
        assert shows_gauges(leader)
        assert not shows_gauges(other)
    leader.kill()
    expire_lease(database)
    assert wait_for_gauges([other]) is other


def last_read(host):
    """Return the time at which a host has last read the database's gauges."""
    samples = samples_of(host).items()
    return max(value for (name, _labels), value in samples if name == TIMESTAMP)
