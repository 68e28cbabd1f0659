"""One server for several databases: each has its own numbers, token and lifetime."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from in_database import confirmed_in, rollups, wait_for_rollups
from metrics import Watch, by_outcome, fetch, parse, wait_for, with_labels
from waiting import wait_until

from setup import databases, odoo_config, postgres, traffic

ONE, TWO = "reliability_tenant", "reliability_tenant_two"
RENAMED, COPY = "reliability_renamed", "reliability_copy"

OVER = "outcome <> 'retried'"
OF_THE_HOST = {"odoo_reliability_slots", "odoo_http_workers"}
OF_THE_PAGE = "odoo_reliability_snapshot_age_seconds"


@pytest.fixture
def database(make_database):
    return make_database(ONE)


@pytest.fixture
def other(make_database):
    yield make_database(TWO)
    databases.drop(RENAMED)


@pytest.fixture
def server(make_server, database, other):
    both = {"db_name": f"{database},{other}", "dbfilter": f"^{database}"}
    return make_server(options={**both, "max_cron_threads": 0})


def confirm(user, count):
    """Confirm so many new orders; return outcome → calls, by the user's answers."""
    return run(user, traffic.make_orders(user, count))


def run(user, orders):
    """Confirm orders, some of them without goods in stock; return outcome → calls."""
    confirmations = traffic.confirmations()
    confirmations.run([(user, order) for order in orders])
    done, refused = (confirmations.answers[answer] for answer in ("done", "refused"))
    assert done + refused == len(orders), confirmations.answers
    return Counter(success=done, rejected=refused)


def shown(samples, db):
    """Return the ended confirmations of a database on ``/metrics``: outcome → calls."""
    counts = Counter(by_outcome(with_labels(samples, db=db)))
    del counts["retried"]  # such a call is not over
    return +counts


def stored(db, table="minute"):
    """Return the ended confirmations in a database's rollups: outcome → calls."""
    return Counter(rollups(db, table, where=OVER))


def is_shown(server, db, expected):
    return wait_for(server, lambda s: shown(s, db) == +expected)


def is_stored(db, expected):
    wait_for_rollups(db, +expected, where=OVER)


def all_is_delivered(samples):
    """Whether no batch waits to be delivered to its database."""
    name = "odoo_reliability_waiting_batches"
    return not any(value for (found, _), value in samples.items() if found == name)


def block_connections(db):
    """Refuse and terminate connections, as an administrator who changes a database."""
    postgres.psql(f'ALTER DATABASE "{db}" WITH ALLOW_CONNECTIONS false')
    postgres.psql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{db}'"
    )


def allow_connections(db):
    postgres.psql(f'ALTER DATABASE "{db}" WITH ALLOW_CONNECTIONS true')


def confirm_twice(user, count):
    """Confirm so many new orders twice; the second calls are refused.

    :return: the ids of the orders, and outcome → calls by the user's answers
    """
    orders = traffic.make_orders(user, count)
    return orders, run(user, orders) + run(user, orders)


def test_each_database_has_its_own_numbers(server, admin, database, other):
    users = admin(server), admin(server, other)
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(confirm_twice, users, (7, 12)))
    for db, (orders, expected) in zip((database, other), both, strict=True):
        assert expected["rejected"] >= len(orders)
        assert expected["success"] == len(confirmed_in(db, orders))
        is_shown(server, db, expected)
        is_stored(db, expected)
    # No batch is left that could be counted later.
    wait_for(server, all_is_delivered)
    for db, (_orders, expected) in zip((database, other), both, strict=True):
        assert stored(db) == stored(db, "hour") == expected


def test_a_token_opens_its_database_alone_until_it_is_revoked(
    server, admin, database, other
):
    user = admin(server)
    expected = confirm(user, 2)
    is_shown(server, other, confirm(admin(server, other), 2))
    settings = user.call("res.config.settings", "create", {})
    shows = user.call("res.config.settings", "action_reliability_make_token", settings)
    token = shows["context"]["default_token"]
    addresses = server.metrics_url, f"{server.url}/metrics"
    for address in addresses:
        # A poll reads the token first, and gauges last.
        text = wait_for_status(address, token, 200, "odoo_company_info{")
        samples = parse(text)
        assert shown(samples, database) == expected
        not_its_own = samples.keys() - with_labels(samples, db=database).keys()
        assert {name for name, _labels in not_its_own} <= {OF_THE_PAGE}
        assert other not in text
        assert_the_servers_token_shows_more(address, other)
        refused = fetch(address, "wrong")
        assert refused == fetch(address) == (401, "401 Unauthorized\n")
    revoke = "action_reliability_revoke_token"
    user.call("res.config.settings", revoke, settings)
    for address in addresses:
        wait_for_status(address, token, 401)


def wait_for_status(address, token, expected, part=""):
    """Return the body once the status is as expected and the body contains a part."""

    def found():
        status, text = fetch(address, token)
        return (status, text) if status == expected and part in text else None

    return wait_until(found, f"{address} does not answer {expected} {part}")[1]


def assert_the_servers_token_shows_more(address, other):
    """The server's token shows other databases and metrics of the host."""
    _status, text = fetch(address, odoo_config.metrics_token().read_text())
    samples = parse(text)
    assert with_labels(samples, db=other)
    assert {name for name, _labels in samples} >= OF_THE_HOST


def test_a_copy_counts_its_own_calls_from_the_first(
    server, admin, database, make_database
):
    """The checkpoint of the original is copied too, but must not hide new batches."""
    user, expected = admin(server), Counter()
    for _batch in range(4):
        expected += confirm(user, 1)
        is_shown(server, database, expected)  # so the next call is in another batch
    is_stored(database, expected)
    wait_for(server, all_is_delivered)
    block_connections(database)
    make_database(COPY, source=database)
    allow_connections(database)
    in_copy = confirm(admin(server, COPY), 1)
    is_shown(server, COPY, in_copy)
    is_stored(COPY, expected + in_copy)
    wait_for(server, all_is_delivered)
    assert stored(COPY) == expected + in_copy
    assert stored(database) == expected
    numbers = postgres.psql("SELECT number FROM reliability_collector_checkpoint", COPY)
    number_of_copy, number_of_original = sorted(map(int, numbers.split()))
    assert number_of_copy < number_of_original, "the case was not tested"


def test_a_renamed_database_gets_waiting_batches_and_a_dropped_one_disappears(
    server, admin, database, other, make_database
):
    make_database(COPY)
    user, expected = admin(server), confirm(admin(server), 3)
    before = confirm(admin(server, other), 4)
    is_shown(server, COPY, confirm(admin(server, COPY), 5))
    is_stored(other, before)
    forbid = f"INSERT ON reliability_collector_checkpoint FROM {postgres.ROLE}"
    postgres.psql(f"REVOKE {forbid}", other)
    waiting = confirm(admin(server, other), 2)
    is_shown(server, other, before + waiting)
    with Watch(server) as watch:
        block_connections(other)
        postgres.psql(f'ALTER DATABASE "{other}" RENAME TO "{RENAMED}"')
        allow_connections(RENAMED)
        databases.drop(COPY)
        assert stored(RENAMED) == before, "no batch was waiting"
        allow = f"INSERT ON reliability_collector_checkpoint TO {postgres.ROLE}"
        postgres.psql(f"GRANT {allow}", RENAMED)
        wait_for(
            server,
            lambda s: not with_labels(s, db=other) and not with_labels(s, db=COPY),
        )
        is_stored(RENAMED, before + waiting)
        expected += confirm(user, 1)
        is_shown(server, database, expected)
        after = confirm(admin(server, RENAMED), 1)
        is_shown(server, RENAMED, after)
        is_stored(database, expected)
        is_stored(RENAMED, before + waiting + after)
    wait_for(server, all_is_delivered)
    assert stored(RENAMED) == before + waiting + after
    gone = {other, COPY}
    falls = [fall for fall in watch.falls if dict(fall[1]).get("db") not in gone]
    assert not falls
    assert watch.answers > watch.silences
