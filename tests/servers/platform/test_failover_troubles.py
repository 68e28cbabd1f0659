"""Who is the primary: nobody, another one, or the same one as before."""

import time

import pytest
from cluster_watch import ClusterWatch, configure, private_clusters, switch_wal


@pytest.fixture
def clusters():
    """A primary and its standby."""
    with private_clusters("a", "b") as (primary, standby):
        primary.create("archive_mode = on\narchive_command = 'true'\n")
        standby.follow(primary)
        yield primary, standby


def test_a_promoted_standby_is_named_and_for_how_long_nobody_was_primary(clusters):
    primary, standby = clusters
    with ClusterWatch(*clusters) as watch:
        watch.wait_for()
        assert watch.check().facts["primary"]["since"] <= time.time()
        killed = int(time.time())
        primary.kill()
        watch.wait_for("postgres_no_primary")
        assert watch.metrics() == {"odoo_postgres_up": 0, "odoo_postgres_primary": 0}
        standby.psql("SELECT pg_promote()")
        (problem,) = watch.wait_for("postgres_failed_over").values()
        assert problem.numbers["seconds"] > 0
        addresses = [f"{one.folder}:5432" for one in clusters]
        assert problem.names == dict(zip(("from", "to"), addresses, strict=True))
        facts = watch.check().facts["primary"]
        assert (facts["server"], facts["timeline"]) == (addresses[1], 2)
        assert killed <= facts["since"] <= time.time()
        # What is wrong with the new one is found as usual.
        configure(standby, archive_command="false")
        switch_wal(standby)
        watch.wait_for("postgres_failed_over", "archiving_fails")


def test_a_standby_behind_the_only_address_is_no_primary(clusters):
    _primary, standby = clusters
    with ClusterWatch(standby, target_session_attrs="any") as watch:
        watch.wait_for("postgres_no_primary")
        assert watch.metrics()["odoo_postgres_primary"] == 0
        standby.psql("SELECT pg_promote()")
        watch.wait_for()


def test_a_server_that_returns_has_not_failed_over(clusters):
    primary, standby = clusters
    with ClusterWatch(*clusters) as watch:
        watch.wait_for()
        standby.stop()
        primary.stop()
        watch.wait_for("postgres_down")
        primary.start()
        watch.wait_for()
