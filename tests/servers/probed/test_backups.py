"""Real backups, reported by the command: rows, alerts, and what can be restored."""

import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from evaluating import evaluate
from inbound import make_key, send
from waiting import wait_until

from setup import paths, postgres, python_env
from setup.pgbackrest import STANZA, BackedUpCluster

FOLDER = paths.RUN / "test" / "backups"
LAUNCH = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"]


@pytest.fixture(scope="module")
def cluster():
    with BackedUpCluster() as running:
        yield running


@pytest.fixture(scope="module")
def key(user):
    return make_key(user, "backups")


@pytest.fixture(scope="module")
def report(server, key, cluster):
    """Run the command; return its process when it has ended."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "backups.key"
    path.touch(0o600)
    path.write_text(key)
    target = ["--url", server.url, "--key-file", path]

    def report(*arguments):
        return subprocess.run(
            [*LAUNCH, "reliability_backups", *target, *arguments],
            text=True,
            env=python_env.environ(PGBACKREST_CONFIG=str(cluster.config)),
            capture_output=True,
            check=False,
        )

    return report


@pytest.fixture
def report_cluster(report):
    def report_cluster():
        process = report("--pgbackrest", "--elsewhere", "repo2")
        assert process.returncode == 0, process.stderr
        return process.stdout

    return report_cluster


def commit(cluster):
    """Commit, and wait until the WAL segment with it is archived.

    :return: the segment, and when it was committed, in UTC without fractions
    """
    cluster.psql("CREATE TABLE IF NOT EXISTS work (done int)")
    cluster.psql("INSERT INTO work VALUES (1)")
    moment = cluster.psql(
        "SELECT extract(epoch FROM max(pg_xact_commit_timestamp(xmin))) FROM work"
    )
    segment = cluster.psql("SELECT pg_walfile_name(pg_switch_wal())")
    wait_until(lambda: len(cluster.segment_files(segment)) == 2)
    return segment, datetime.fromtimestamp(int(float(moment)), UTC).replace(tzinfo=None)


def read_set(user, name, *fields):
    domain = [("name", "=", name)]
    (found,) = user.call("reliability.backup.set", "search_read", domain, fields)
    return found


def read_backups(user, name):
    fields = ["type", "repository", "is_complete", "error", "encrypted", "elsewhere"]
    domain = [("set_id.name", "=", name)]
    return user.call("reliability.backup", "search_read", domain, fields, order="id")


def alerts(user, name):
    """Evaluate; return the causes of the alerts that are about a set → their texts."""
    evaluate(user)
    domain = [
        ("provider", "=", "recovery"),
        ("subject", "=like", f"%:{name}"),
        ("is_present", "=", True),
    ]
    fields = ["cause", "text"]
    rows = user.call("reliability.alert", "search_read", domain, fields)
    return {row["cause"]: row["text"] for row in rows}


class TestPgBackRest:
    def test_full_and_incremental_backups_and_wal(self, cluster, report_cluster, user):
        report_cluster()
        before = [row["id"] for row in read_backups(user, STANZA)]
        cluster.back_up("full")
        cluster.back_up("incr")
        cluster.back_up("full", repository=2)
        _segment, committed = commit(cluster)
        report_cluster()
        found = read_set(user, STANZA, "newest_point", "tool")
        assert found["newest_point"] == str(committed)
        assert found["tool"].startswith("pgBackRest 2.")
        rows = [row for row in read_backups(user, STANZA) if row["id"] not in before]
        assert [(row["type"], row["repository"]) for row in rows] == [
            *(("full", "repo1"), ("incr", "repo1"), ("full", "repo2")),
        ]
        assert all(row["is_complete"] and not row["error"] for row in rows)
        assert [row["encrypted"] for row in rows] == ["no", "no", "yes"]
        assert [row["elsewhere"] for row in rows] == ["unknown", "unknown", "yes"]
        assert alerts(user, STANZA).keys() == {"not_encrypted"}

    def test_a_lost_wal_segment_is_a_gap_until_the_next_full_backup(
        self, cluster, report_cluster, user
    ):
        cluster.back_up("full")
        _segment, before = commit(cluster)
        lost, _moment = commit(cluster)
        commit(cluster)
        for path in cluster.segment_files(lost):
            path.unlink()
        report_cluster()
        found = read_set(user, STANZA, "newest_point")
        assert found["newest_point"] == str(before), "not what is behind the gap"
        text = alerts(user, STANZA)["wal_gap"]
        assert f"WAL segment {lost} of main is missing" in text

        cluster.back_up("full")
        cluster.back_up("full", repository=2)
        _segment, committed = commit(cluster)
        report_cluster()
        found = read_set(user, STANZA, "newest_point")
        assert found["newest_point"] == str(committed)
        assert "wal_gap" not in alerts(user, STANZA)

    def test_a_stanza_that_was_never_created(self, report, user):
        process = report("--stanza", "other")
        assert process.returncode == 0, process.stderr
        assert process.stdout == "other: sent; can be restored to nothing\n"
        texts = alerts(user, "other")
        assert "has no backup without error" in texts["never"]
        assert "missing stanza path" in texts["repository"]


class TestDumps:
    """Dumps of a real pg_dump, in each of its formats."""

    def test_each_of_them_can_be_restored(self, report, server, user, tmp_path):
        for name in ("plain", "custom", "directory", "tar"):
            dump(server.database, name, tmp_path / name)
        assert report("--dumps", f"dumps={tmp_path}").returncode == 0
        rows = read_backups(user, "dumps")
        assert not any(row["is_complete"] or row["error"] for row in rows), "they grow"
        for path in tmp_path.rglob("*"):
            set_back(path)
        assert report("--dumps", f"dumps={tmp_path}").returncode == 0
        rows = read_backups(user, "dumps")
        assert len(rows) == 4
        assert all(row["is_complete"] and not row["error"] for row in rows)

    def test_one_that_is_cut_off(self, report, server, user, tmp_path):
        path = tmp_path / "cut"
        dump(server.database, "plain", path)
        path.write_bytes(path.read_bytes()[:-100])
        set_back(path)
        assert report("--dumps", f"cut={tmp_path}").returncode == 0
        (row,) = read_backups(user, "cut")
        assert "cut off" in row["error"]
        assert not row["is_complete"]


def set_back(path):
    """Let a file or folder be ten minutes older."""
    earlier = path.stat().st_mtime - timedelta(minutes=10).total_seconds()
    os.utime(path, (earlier, earlier))


def dump(database, form, path):
    """Dump a table in a format of pg_dump."""
    subprocess.run(
        [
            *(postgres.program("pg_dump"), f"--format={form}"),
            *("--table=res_lang", f"--file={path}", database),
        ],
        env=postgres.environ(),
        check=True,
    )


def test_a_key_of_another_kind_sends_nothing(server, user):
    body = {"version": 1, "name": "x", "contents": "cluster"}
    body["taken_at"] = datetime.now(UTC).isoformat()
    refused = send(server, body, make_key(user), kind="backups")
    assert refused.status == 401
    assert not user.call("reliability.backup.set", "search", [("name", "=", "x")])
