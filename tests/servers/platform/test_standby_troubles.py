"""Troubles of standbys, slots and archiving: each is found, and no other.

Each test has clusters of its own.
"""

import pytest
from cluster_watch import ClusterWatch, configure, private_clusters, switch_wal
from waiting import wait_until

CONFIGURATION = """
archive_mode = on
archive_command = 'true'
wal_receiver_status_interval = 1
wal_retrieve_retry_interval = 100ms
max_wal_size = 64MB
min_wal_size = 32MB
"""
LIMITS = {"standby_lag": 1, "slot_wal": 24}
"""Thresholds that are soon reached: seconds and megabytes."""
SLOT, NAME = "warehouse", "reports"
MAKE_SLOT = f"SELECT pg_create_physical_replication_slot('{SLOT}', true)"
ACTIVE = "SELECT bool_and(active) FROM pg_replication_slots"
REPLAYED = f"""
    SELECT replay_lag IS NOT NULL FROM pg_stat_replication
     WHERE application_name = '{NAME}'
"""


@pytest.fixture
def clusters():
    """A primary, and what may become its standbys."""
    with private_clusters("a", "b", "c") as clusters:
        clusters[0].create(CONFIGURATION)
        yield clusters


@pytest.fixture
def primary(clusters):
    return clusters[0]


@pytest.fixture
def watch(clusters):
    with ClusterWatch(*clusters, thresholds=LIMITS) as watch:
        watch.wait_for()
        yield watch


def follow_by_slot(primary, standby):
    """Let a cluster read a slot."""
    primary.psql(MAKE_SLOT)
    standby.follow(primary)
    configure(standby, primary_slot_name=SLOT)
    wait_until(lambda: primary.psql(ACTIVE) == "t")


def follow_by_name(primary, standby):
    """Let a cluster follow under its own name, and replay."""
    standby.follow(primary)
    source = standby.psql("SHOW primary_conninfo")
    configure(standby, primary_conninfo=f"{source} application_name={NAME}")

    def has_replayed():
        write(primary)
        return primary.psql(REPLAYED) == "t"

    wait_until(has_replayed)


def write(primary):
    """Commit."""
    primary.psql("SELECT pg_logical_emit_message(true, '', '')")


def archiving_fails(primary, *_standbys):
    configure(primary, archive_command="false")
    switch_wal(primary)


def slot_holds_wal(primary, standby, _other):
    follow_by_slot(primary, standby)
    standby.kill()
    switch_wal(primary, 3)


def standby_lags(primary, _other, standby):
    follow_by_name(primary, standby)
    standby.psql("SELECT pg_wal_replay_pause()")
    wait_until(
        lambda: standby.psql("SELECT pg_get_wal_replay_pause_state()") == "paused"
    )
    write(primary)


NUMBERS = {
    "archiving_fails": lambda numbers: numbers["files"] >= 1,
    "slot_holds_wal": lambda numbers: (
        numbers["bytes"] > 3 * 2**20 and not numbers["is_active"]
    ),
    "standby_lags": lambda numbers: numbers["seconds"] > 1 and numbers["bytes"] > 0,
}
NAMES = {
    "archiving_fails": lambda names: names["file"].startswith("00000001"),
    "slot_holds_wal": lambda names: names == {"slot": SLOT},
    "standby_lags": lambda names: names == {"standby": NAME},
}


@pytest.mark.parametrize(
    ("trouble", "another"),
    [
        (archiving_fails, slot_holds_wal),
        (slot_holds_wal, standby_lags),
        (standby_lags, archiving_fails),
    ],
)
def test_a_trouble_is_found_and_no_other_until_there_are_two(
    trouble, another, clusters, watch
):
    trouble(*clusters)
    watch.wait_for(trouble.__name__)
    another(*clusters)
    found = watch.wait_for(trouble.__name__, another.__name__)
    for code, problem in found.items():
        assert NUMBERS[code](problem.numbers), problem
        assert NAMES[code](problem.names), problem


def test_healthy_clusters_have_no_problem_while_they_work(clusters, watch):
    primary, slotted, named = clusters
    follow_by_slot(primary, slotted)
    follow_by_name(primary, named)
    switch_wal(primary, 3)
    watch.wait_for()
    assert watch.metrics()["odoo_postgres_primary"] == 1
    wait_until(lambda: "database_bytes" in watch.check().trends)
    found = watch.check().facts
    assert [row[:2] for row in found["standbys"]] == [
        [NAME, "streaming"],
        ["walreceiver", "streaming"],
    ]
    assert [row[:2] for row in found["slots"]] == [[SLOT, True]]
    assert {name for name, _size in found["databases"]} == {"postgres", "template1"}
    assert all(free > 0 for _folder, free, _used in found["disk"])


def test_a_slot_that_has_lost_its_wal_is_found(primary):
    with ClusterWatch(primary) as watch:
        watch.wait_for()
        primary.psql(MAKE_SLOT)
        configure(primary, max_slot_wal_keep_size="1MB")
        switch_wal(primary, 5)
        primary.psql("CHECKPOINT")
        (problem,) = watch.wait_for("slot_holds_wal").values()
        assert problem.numbers["is_lost"]


def test_a_role_without_pg_monitor_finds_less_and_that_is_known(primary):
    """It sees no standby; that archiving fails and what a slot holds is for all."""
    primary.psql("CREATE ROLE collector LOGIN")
    primary.psql(MAKE_SLOT)
    with ClusterWatch(primary, thresholds=LIMITS, user="collector") as watch:
        watch.wait_for()
        assert "pg_monitor" in watch.check().missing
        configure(primary, archive_command="false")
        switch_wal(primary, 3)
        found = watch.wait_for("archiving_fails", "slot_holds_wal")
        assert "files" not in found["archiving_fails"].numbers
        primary.psql("GRANT pg_monitor TO collector")
        found = watch.wait_for("archiving_fails", "slot_holds_wal")
        assert found["archiving_fails"].numbers["files"] >= 1
        assert "pg_monitor" not in watch.check().missing


def test_a_standby_that_commits_wait_for_does_not_just_lag(clusters, watch):
    """That commits are not confirmed is the problem, beside what a slot holds."""
    primary, slotted, named = clusters
    follow_by_name(primary, named)
    slot_holds_wal(primary, slotted, named)
    watch.wait_for("slot_holds_wal")
    named.psql("SELECT pg_wal_replay_pause()")
    configure(
        primary, synchronous_standby_names=NAME, synchronous_commit="remote_apply"
    )
    watch.wait_for("slot_holds_wal", "commits_unconfirmed")
