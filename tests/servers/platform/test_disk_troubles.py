"""PostgreSQL's disk runs out of room, in file systems of memory."""

import os
import subprocess
import tempfile
from contextlib import closing, contextmanager

import psycopg2
import pytest
from cluster_watch import (
    ClusterWatch,
    configure,
    connector,
    private_clusters,
    switch_wal,
)
from waiting import wait_until

from setup import postgres
from setup.steps import Failure

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")

CONFIGURATION = """
archive_mode = on
archive_command = 'true'
max_wal_size = 32MB
restart_after_crash = off
"""
FILL = "INSERT INTO stock SELECT repeat('x', 1000) FROM generate_series(1, {rows})"
LIMITS = {"disk_left": 60}
"""Percent."""


@contextmanager
def small_disk(megabytes):
    """Yield the folder of a new file system."""
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        size = f"size={megabytes}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", folder], check=True)
        try:
            postgres.give_to_server(folder)
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)


def fill(cluster, megabytes):
    """Store rows without WAL.

    :raise psycopg2.errors.DiskFull: there is no room for them
    """
    with closing(connector(cluster)()) as connection, connection:
        connection.cursor().execute(FILL.format(rows=900 * megabytes))


@pytest.fixture
def disks():
    """Two folders: for a cluster, and for a tablespace."""
    with small_disk(320) as data, small_disk(160) as tablespace:
        yield data, tablespace


@pytest.fixture
def cluster(disks):
    """A cluster on a small disk."""
    with private_clusters("a", home=disks[0]) as (cluster,):
        cluster.create(CONFIGURATION)
        cluster.psql("CREATE UNLOGGED TABLE stock (product text)")
        yield cluster


def test_a_disk_is_short_and_then_full(disks, cluster):
    with ClusterWatch(cluster, thresholds=LIMITS) as watch:
        watch.wait_for()
        fill(cluster, 110)
        (problem,) = watch.wait_for("postgres_disk_short").values()
        assert 20 < problem.numbers["percent"] < 60
        assert problem.names["folder"].startswith(disks[0])
        configure(cluster, archive_command="false")
        switch_wal(cluster)
        watch.wait_for("postgres_disk_short", "archiving_fails")
        with pytest.raises(psycopg2.errors.DiskFull):
            fill(cluster, 300)
        watch.wait_for("postgres_disk_full", "archiving_fails")


def test_a_slot_fills_the_disk_until_postgresql_crashes(cluster):
    """PostgreSQL is not just down then: it is down since its disk is full."""
    limits = LIMITS | {"slot_wal": 64}
    with ClusterWatch(cluster, thresholds=limits) as watch:
        watch.wait_for()
        cluster.psql("SELECT pg_create_physical_replication_slot('left', true)")
        switch_wal(cluster, 8)
        watch.wait_for("slot_holds_wal", "postgres_disk_short")
        with pytest.raises(Failure):
            switch_wal(cluster, 30)
        watch.wait_for("postgres_disk_full")
        assert watch.metrics()["odoo_postgres_up"] == 0
        wait_until(lambda: not (cluster.folder / "data" / "postmaster.pid").exists())


def test_the_disk_of_a_tablespace_is_named(disks, cluster):
    _data, folder = disks
    with ClusterWatch(cluster, thresholds=LIMITS) as watch:
        cluster.psql(f"CREATE TABLESPACE apart LOCATION '{folder}'")
        watch.wait_for()
        cluster.psql("ALTER TABLE stock SET TABLESPACE apart")
        fill(cluster, 70)
        (problem,) = watch.wait_for("postgres_disk_short").values()
        assert problem.names == {"folder": folder}
