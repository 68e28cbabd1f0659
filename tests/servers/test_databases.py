"""One server for several databases: each has numbers, a token and an end of its own."""

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
    """Confirm so many new orders; return how each ended, as the user was told."""
    return run(user, traffic.make_orders(user, count))


def run(user, orders):
    """Confirm orders; there may be too little of their goods."""
    confirmations = traffic.confirmations()
    confirmations.run([(user, order) for order in orders])
    done, refused = (confirmations.answers[answer] for answer in ("done", "refused"))
    assert done + refused == len(orders), confirmations.answers
    return Counter(success=done, rejected=refused)


def shown(samples, db):
    """Return how a database's confirmations ended, as ``/metrics`` tells."""
    counts = Counter(by_outcome(with_labels(samples, db=db)))
    del counts["retried"]  # such a call is not over
    return +counts


def stored(db, table="minute"):
    """Return how a database's confirmations ended, as its rollups tell."""
    return Counter(rollups(db, table, where=OVER))


def is_shown(server, db, told):
    return wait_for(server, lambda s: shown(s, db) == +told)


def is_stored(db, told):
    wait_for_rollups(db, +told, where=OVER)


def nothing_waits(samples):
    """Whether every database has all that was measured there."""
    name = "odoo_reliability_waiting_batches"
    return not any(value for (found, _of), value in samples.items() if found == name)


def let_nobody_in(db):
    """Send away whoever is connected, as an administrator who changes a database."""
    postgres.psql(f'ALTER DATABASE "{db}" WITH ALLOW_CONNECTIONS false')
    postgres.psql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{db}'"
    )


def let_all_in(db):
    postgres.psql(f'ALTER DATABASE "{db}" WITH ALLOW_CONNECTIONS true')


def confirm_twice(user, count):
    """Confirm so many new orders, each a second time in vain.

    :return: their ids, and how each call ended, as the user was told
    """
    orders = traffic.make_orders(user, count)
    return orders, run(user, orders) + run(user, orders)


def test_each_database_has_its_own_numbers(server, admin, database, other):
    users = admin(server), admin(server, other)
    with ThreadPoolExecutor() as at_once:
        both = list(at_once.map(confirm_twice, users, (7, 12)))
    for db, (orders, told) in zip((database, other), both, strict=True):
        assert told["rejected"] >= len(orders)
        assert told["success"] == len(confirmed_in(db, orders))
        is_shown(server, db, told)
        is_stored(db, told)
    # Nothing is on its way that would come on top.
    wait_for(server, nothing_waits)
    for db, (_orders, told) in zip((database, other), both, strict=True):
        assert stored(db) == stored(db, "hour") == told


def test_a_token_opens_its_database_alone_until_it_is_revoked(
    server, admin, database, other
):
    user = admin(server)
    told = confirm(user, 2)
    is_shown(server, other, confirm(admin(server, other), 2))
    settings = user.call("res.config.settings", "create", {})
    shows = user.call("res.config.settings", "action_reliability_make_token", settings)
    token = shows["context"]["default_token"]
    addresses = server.metrics_url, f"{server.url}/metrics"
    for address in addresses:
        # A visit asks for the token first, and for facts last.
        text = answered(address, token, 200, says="odoo_company_info{")
        samples = parse(text)
        assert shown(samples, database) == told
        not_its_own = samples.keys() - with_labels(samples, db=database).keys()
        assert {name for name, _labels in not_its_own} <= {OF_THE_PAGE}
        assert other not in text
        assert_the_servers_token_shows_more(address, other)
        refused = fetch(address, "wrong")
        assert refused == fetch(address) == (401, "401 Unauthorized\n")
    revoke = "action_reliability_revoke_token"
    user.call("res.config.settings", revoke, settings)
    for address in addresses:
        answered(address, token, 401)


def answered(address, token, expected, says=""):
    """Return the text once the status is as expected, and it says something."""

    def found():
        status, text = fetch(address, token)
        return (status, text) if status == expected and says in text else None

    return wait_until(found, f"{address} does not answer {expected} {says}")[1]


def assert_the_servers_token_shows_more(address, other):
    """What a database's token must not show is there."""
    _status, text = fetch(address, odoo_config.metrics_token().read_text())
    samples = parse(text)
    assert with_labels(samples, db=other)
    assert {name for name, _labels in samples} >= OF_THE_HOST


def test_a_copy_has_its_own_calls_from_the_first(
    server, admin, database, make_database
):
    """The number of its original's last batch is copied with it, but not its own's."""
    user, told = admin(server), Counter()
    for _batch in range(4):
        told += confirm(user, 1)
        is_shown(server, database, told)  # so the next call is in another batch
    is_stored(database, told)
    wait_for(server, nothing_waits)
    let_nobody_in(database)
    make_database(COPY, source=database)
    let_all_in(database)
    in_copy = confirm(admin(server, COPY), 1)
    is_shown(server, COPY, in_copy)
    is_stored(COPY, told + in_copy)
    wait_for(server, nothing_waits)
    assert stored(COPY) == told + in_copy
    assert stored(database) == told
    numbers = postgres.psql("SELECT number FROM reliability_collector_checkpoint", COPY)
    of_the_copy, of_the_original = sorted(map(int, numbers.split()))
    assert of_the_copy < of_the_original, "its batches could not be taken for known"


def test_a_renamed_database_gets_what_waited_and_a_dropped_one_is_gone(
    server, admin, database, other, make_database
):
    make_database(COPY)
    user, told = admin(server), confirm(admin(server), 3)
    before = confirm(admin(server, other), 4)
    is_shown(server, COPY, confirm(admin(server, COPY), 5))
    is_stored(other, before)
    forbid = f"INSERT ON reliability_collector_checkpoint FROM {postgres.ROLE}"
    postgres.psql(f"REVOKE {forbid}", other)
    waiting = confirm(admin(server, other), 2)
    is_shown(server, other, before + waiting)
    with Watch(server) as watch:
        let_nobody_in(other)
        postgres.psql(f'ALTER DATABASE "{other}" RENAME TO "{RENAMED}"')
        let_all_in(RENAMED)
        databases.drop(COPY)
        assert stored(RENAMED) == before, "nothing waited"
        allow = f"INSERT ON reliability_collector_checkpoint TO {postgres.ROLE}"
        postgres.psql(f"GRANT {allow}", RENAMED)
        wait_for(
            server,
            lambda s: not with_labels(s, db=other) and not with_labels(s, db=COPY),
        )
        is_stored(RENAMED, before + waiting)
        told += confirm(user, 1)
        is_shown(server, database, told)
        after = confirm(admin(server, RENAMED), 1)
        is_shown(server, RENAMED, after)
        is_stored(database, told)
        is_stored(RENAMED, before + waiting + after)
    wait_for(server, nothing_waits)
    assert stored(RENAMED) == before + waiting + after
    gone = {other, COPY}
    falls = [fall for fall in watch.falls if dict(fall[1]).get("db") not in gone]
    assert not falls
    assert watch.answers > watch.silences
