"""A standby is promoted while Odoo works: what the failover drill says of it is true.

Odoo reaches the primary and the standby by libpq's list of hosts, and works on the one
that takes writes.  The primary is killed; what it had committed is read afterwards,
from its disk.
"""

import json
import subprocess
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from evaluating import evaluate
from inbound import make_key, send
from waiting import wait_until

from setup import addons, databases, paths, postgres, python_env
from setup.odoo_server import OdooServer
from setup.private_cluster import PORT, PrivateCluster
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test" / "failover"
DATABASE = "production"
COMMAND = [
    *(paths.PYTHON, paths.LAUNCHER),
    f"--addons-path={','.join(map(str, addons.folders()))}",
    *("reliability_failover", "--every", "0.2"),
]
TIMEOUT = timedelta(seconds=5)
"""After which a request of the drill counts as not answered."""
UNANSWERED = 100
"""Requests of the test itself that are not answered before the standby is promoted."""
LOST = 10
"""Requests of the drill that are answered while the standby gets nothing."""
RESTORATIONS = "reliability.recovery.restoration"
COUNT = "SELECT count(*) FROM reliability_inbound_message WHERE kind = 'failover'"
PROCESSED = """
    SELECT answer::json->>'number' || ' ' || (answer::json->>'timeline')
      FROM reliability_inbound_message
     WHERE idempotency_digest IS NOT NULL AND idempotency_key LIKE '{name}-%'
"""
IDENTITY = """
    SELECT system_identifier || '/' || ('x' || left(
               pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
      FROM pg_control_system()
"""


@pytest.fixture(scope="module")
def clusters():
    """Two clusters; the first one has a database, and runs."""
    with tempfile.TemporaryDirectory(prefix="reliability-") as home:
        postgres.give_to_server(home)
        both = [PrivateCluster(Path(home, name)) for name in ("a", "b")]
        for one in both:
            one.folder.mkdir()
            postgres.give_to_server(one.folder)
        try:
            both[0].create()
            both[0].copy_database(databases.PROBED, DATABASE)
            yield both
        finally:
            for one in both:
                one.stop()


@pytest.fixture(scope="module")
def server(clusters):
    """Odoo, on that of the clusters which takes writes."""
    options = {
        "data_dir": FOLDER / "data",
        "db_host": ",".join(str(one.folder) for one in clusters),
        "db_port": PORT,
        "max_cron_threads": 0,
    }
    variables = {"PGTARGETSESSIONATTRS": "read-write"}
    server = OdooServer(DATABASE, FOLDER, options=options, variables=variables)
    server.start()
    yield server
    server.kill()  # it takes seconds to end by itself


@pytest.fixture(scope="module")
def user(server):
    return ApiUser(server.url, DATABASE, "admin", "admin")


@pytest.fixture(scope="module")
def key(user):
    return make_key(user, "failover")


class Drill:
    """A running command, which has begun to send requests.

    :ivar folder: has its output and its evidence
    """

    def __init__(self, server, key, folder):
        self.folder = folder
        key_file = folder / "key"
        key_file.touch(0o600)
        key_file.write_text(key)
        self._output = folder / "output"
        where = ["--url", server.url, "--key-file", key_file, "--evidence", folder]
        with self._output.open("w") as output:
            self._process = subprocess.Popen(
                [*COMMAND, *where],
                env=python_env.environ(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self):
        self.wait_for("Promote the standby now.")
        return self

    def __exit__(self, *_error):
        self._process.kill()
        self._process.wait()

    def output(self):
        return self._output.read_text()

    def wait_for(self, text):
        """Wait until it says so; return when it has, in UTC."""
        wait_until(lambda: text in self.output(), self.output)
        return datetime.now(UTC)

    def report(self):
        """Return its report, once it has ended."""
        assert self._process.wait() == 0, self.output()
        (path,) = self.folder.glob("*.json")
        return json.loads(path.read_text())


class Failover(NamedTuple):
    """What was done to two clusters, and what the drill says of it.

    :ivar killed, noticed, promoted, moved: when the primary was killed, the drill said
        that a request is not answered, the standby was promoted, and the drill said
        that one is answered; in UTC
    :ivar before, after: the primary and the promoted standby: identity
    :ivar committed: the requests that the primary has on its disk
    :ivar found: those that the promoted standby has in the end: number → timeline on
        which it was processed
    """

    killed: datetime
    noticed: datetime
    promoted: datetime
    moved: datetime
    before: str
    after: str
    report: dict
    output: str
    committed: set
    found: dict

    @property
    def lost(self):
        """The requests that were answered, and that the standby did not have."""
        timeline = int(self.before.split("/")[1])
        survived = {number for number, where in self.found.items() if where == timeline}
        assert survived <= self.committed
        return sorted(self.committed - survived - not_answered(self.report))


def fail_over(clusters, server, key, folder, prepare):
    """Kill the primary, and promote its standby once nobody is answered.

    :param prepare: is called with the primary and the standby while the drill runs
    :rtype: Failover
    """
    primary, standby = sorted(clusters, key=PrivateCluster.is_primary, reverse=True)
    standby.follow(primary)
    before = identity(primary)
    with Drill(server, key, folder) as drill:
        prepare(primary, standby)
        assert status(server, key) == 200
        killed = datetime.now(UTC)
        primary.kill()
        noticed = drill.wait_for("is not answered")
        for _request in range(UNANSWERED):
            assert status(server, key) != 200
        promoted = datetime.now(UTC)
        standby.psql("SELECT pg_promote()")
        moved = drill.wait_for("is answered.")
        assert status(server, key) == 200
        report = drill.report()
    with started_apart(primary) as dead:
        committed = set(processed(dead, report["name"]))
    return Failover(
        *(killed, noticed, promoted, moved, before, identity(standby)),
        *(report, drill.output(), committed, processed(standby, report["name"])),
    )


def status(server, key):
    """Send a request of the test itself; return the status of its answer."""
    request = {"version": 1, "name": "of the test", "number": 1}
    return send(server, request, key, kind="failover").status


def identity(cluster):
    """Return the system identifier and the timeline of a primary."""
    return cluster.psql(IDENTITY)


def processed(cluster, name):
    """Return the requests of a drill that a cluster has: number → timeline."""
    rows = cluster.psql(PROCESSED.format(name=name), DATABASE)
    return dict(tuple(map(int, row.split())) for row in rows.splitlines())


@contextmanager
def started_apart(cluster):
    """Start a killed cluster for the block, in a folder that clients do not know."""
    folder = cluster.folder
    other = PrivateCluster(folder.rename(folder.with_name("elsewhere")))
    try:
        other.start()
        yield other
    finally:
        other.stop()
        other.folder.rename(folder)


def not_answered(report):
    numbers = [
        range(one["first"], one["first"] + one["requests"])
        for one in report["interruptions"]
    ]
    return {number for some in numbers for number in some}


@pytest.fixture(scope="module")
def streaming(clusters, server, user, key, tmp_path_factory):
    """A failover to a standby that has nearly everything."""
    evaluate(user)  # from now on Odoo knows where its data are
    folder = tmp_path_factory.mktemp("streaming")
    return fail_over(clusters, server, key, folder, lambda *_both: None)


@pytest.fixture(scope="module")
def cut_off(clusters, server, key, tmp_path_factory):
    """A failover to a standby that gets nothing any more, unnoticed."""

    def prepare(primary, standby):
        standby.cut_off()
        wait_until(lambda: not standby.psql("SELECT 1 FROM pg_stat_wal_receiver"))
        count = int(standby.psql(COUNT, DATABASE)) + LOST
        wait_until(lambda: int(primary.psql(COUNT, DATABASE)) > count)

    folder = tmp_path_factory.mktemp("cut-off")
    return fail_over(clusters, server, key, folder, prepare)


def test_the_interruption_is_what_requests_saw(streaming):
    interruptions = streaming.report["interruptions"]
    intervals = [
        (begin, begin + timedelta(seconds=one["seconds"]))
        for one in interruptions
        for begin in [datetime.fromisoformat(one["begin"])]
    ]
    # All of the time in which the test itself was not answered, either,
    assert [
        (begin, end)
        for begin, end in intervals
        if begin <= streaming.noticed and streaming.promoted <= end
    ], intervals
    # and no more than from the kill to the first answer.
    assert streaming.killed - TIMEOUT <= intervals[0][0]
    assert intervals[0][1] <= streaming.moved


def test_another_timeline_of_the_same_system_answers(streaming):
    report = streaming.report
    assert report["server_before"] == streaming.before
    assert report["server_after"] == streaming.after
    system, timeline = streaming.before.split("/")
    assert streaming.after == f"{system}/{int(timeline) + 1}"


def lost(report):
    """Return what a report says to be lost, each request by its number."""
    numbers = [one["number"] for one in report["lost_requests"]]
    assert len(numbers) == report["lost"]
    assert report["unchecked"] == 0
    return numbers


def test_what_is_lost_is_what_only_the_dead_primary_has(streaming):
    assert lost(streaming.report) == streaming.lost


def test_what_was_answered_while_the_standby_got_nothing_is_lost(cut_off):
    assert lost(cut_off.report) == cut_off.lost
    assert len(cut_off.lost) >= LOST
    assert f"transactions lost: {len(cut_off.lost)}" in cut_off.output


def test_odoo_stores_what_was_reported(cut_off, user):
    report = cut_off.report
    fields = ["seconds", "lost", "requests", "is_same_server", "has_ended"]
    domain = [("name", "=", report["name"])]
    (found,) = user.call("reliability.failover", "search_read", domain, fields)
    seconds = sum(one["seconds"] for one in report["interruptions"])
    assert found["seconds"] == pytest.approx(seconds, abs=0.01)
    assert (found["lost"], found["requests"]) == (report["lost"], report["requests"])
    assert found["has_ended"] and not found["is_same_server"]


def test_people_learn_that_a_standby_was_promoted(streaming, user):
    evaluate(user)
    kinds = user.call(RESTORATIONS, "search_read", [], ["kind"])
    assert {one["kind"] for one in kinds} == {"other_timeline"}
    alerts = user.call("reliability.alert", "search_read", [], ["text"])
    assert any("a standby was promoted" in alert["text"] for alert in alerts)
