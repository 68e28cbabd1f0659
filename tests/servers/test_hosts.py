"""Two hosts serve one database: they add up, and one tells what the database says."""

from collections import Counter

import pytest
from in_database import confirmed_in, rollups, wait_for_rollups
from metrics import by_outcome, wait_for
from waiting import wait_until

from setup import postgres, traffic

NAMES = ("one", "two")
TOLD = "odoo_reliability_facts_timestamp_seconds"
FACTS = ("odoo_transfers_waiting", "odoo_company_info", "odoo_cron_late_seconds")


@pytest.fixture
def database(make_database):
    return make_database("reliability_hosts")


@pytest.fixture
def hosts(make_server):
    """Each with its own workers, collector, folder, ports and name."""
    no_cron = {"max_cron_threads": 0}
    return [make_server(options=no_cron, reliability={"host": name}) for name in NAMES]


def answer(server):
    """Return what a host's collector answers, once it does."""
    return wait_for(server, bool)


def shown(server):
    """Return how confirmations ended on a host."""
    return +Counter(by_outcome(answer(server)))


def tells(server):
    """Return whether a host tells what the database says: all of it, or nothing."""
    names = {name for name, _labels in answer(server)}
    told = [fact in names for fact in FACTS]
    assert all(told) or not any(told), told
    return all(told)


def wait_until_one_tells(hosts):
    """Return who tells what the database says."""
    return wait_until(
        lambda: next((host for host in hosts if tells(host)), None),
        "nobody tells what the database says",
    )


def test_hosts_add_up_to_what_the_database_has(hosts, admin, database):
    """Each order is confirmed on both at once, on one of them in vain."""
    users = [admin(host) for host in hosts]
    orders = traffic.make_orders(users[0], 30)
    confirmations = traffic.confirmations()
    confirmations.run([(user, order) for order in orders for user in users])
    told = confirmations.answers
    outcomes = {"success": told["done"], "rejected": told["refused"]}
    assert sum(outcomes.values()) == len(orders) * len(hosts), told
    assert len(confirmed_in(database, orders)) == told["done"]
    by_host = dict(zip(NAMES, wait_until_shown(hosts, outcomes), strict=True))
    assert all(counts["success"] for counts in by_host.values()), by_host
    for name, counts in by_host.items():
        wait_for_rollups(database, counts, where=f"host = '{name}'")
    for table in ("minute", "hour"):
        assert rollups(database, table) == sum(by_host.values(), Counter())


def wait_until_shown(hosts, outcomes):
    """Return how calls ended on each host, once they add up to what users were told."""

    def found():
        each = [shown(host) for host in hosts]
        return each if sum(each, Counter()).items() >= outcomes.items() else None

    return wait_until(found, f"not all of {outcomes}")


def let_a_minute_pass(database):
    """Make it a minute ago that the host which tells was heard of last."""
    postgres.psql(
        "UPDATE reliability_gauge_lease SET until = until - interval '1 minute'",
        database,
    )


def test_one_host_tells_what_the_database_says_and_another_when_it_dies(
    hosts, database
):
    leader = wait_until_one_tells(hosts)
    (other,) = (host for host in hosts if host is not leader)
    # Both look as often, so by then the other has looked, too.
    for _time in range(2):
        before = told_at(leader)
        wait_until(lambda before=before: told_at(leader) > before)
        assert tells(leader)
        assert not tells(other)
    leader.kill()
    let_a_minute_pass(database)
    assert wait_until_one_tells([other]) is other


def told_at(host):
    """Return when a host has read last what the database says."""
    return max(v for (name, _labels), v in answer(host).items() if name == TOLD)
