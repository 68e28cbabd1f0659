"""Real drills: pgBackRest and dumps, restored without network, reported to Odoo."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evaluating import evaluate
from inbound import make_key
from waiting import wait_until

from setup import (
    addons,
    debian,
    paths,
    ports,
    postgres,
    python_env,
    traffic,
    workplace,
)
from setup.pgbackrest import STANZA, BackedUpCluster

ADDONS = ",".join(map(str, addons.folders()))
DRILL = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={ADDONS}", "reliability_drill"]
DATABASE = "production"
MANIFEST = "reliability_recovery.cron_manifest"
"""The scheduled action that writes the manifest."""
REPOSITORY = """\
[global]
repo1-path={folder}/repo1

[{stanza}]
pg1-path={folder}/nowhere
"""
REMOTE = """\
[global]
repo1-host=localhost
repo1-host-type=tls
repo1-host-config={server}
repo1-host-port={port}
repo1-host-ca-file={certificate}
repo1-host-cert-file={certificate}
repo1-host-key-file={key}
protocol-timeout=5
io-timeout=4
db-timeout=4

[{stanza}]
pg1-path={folder}/nowhere
"""
SERVER = """\
[global]
repo1-path={folder}/repo1
tls-server-address=localhost
tls-server-port={port}
tls-server-ca-file={certificate}
tls-server-cert-file={certificate}
tls-server-key-file={key}
tls-server-auth=localhost={stanza}
log-level-file=off
lock-path={folder}/lock
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A folder for what this module makes."""
    return tmp_path_factory.mktemp("drill")


@pytest.fixture(scope="module")
def dump(server, user, shared):
    """A dump of a database with a manifest of sale lines, and its heartbeat."""
    orders = traffic.make_orders(user, 3)
    user.call("sale.order", "action_confirm", orders)
    postgres.psql(
        "UPDATE sale_order_line SET create_date = create_date - interval '3 days',"
        " write_date = write_date - interval '3 days'",
        server.database,
    )
    user.run_scheduled(MANIFEST)
    evaluate(user)
    path = shared / "dump"
    subprocess.run(
        [postgres.program("pg_dump"), "-Fc", f"--file={path}", server.database],
        env=postgres.environ(),
        check=True,
    )
    return path


@pytest.fixture(scope="module")
def filestore(server, dump, shared):
    """A copy of the filestore, made after the dump."""
    return shutil.copytree(workplace.filestore(server.database), shared / "filestore")


@pytest.fixture(scope="module")
def cluster(dump):
    """A cluster with the database and a full backup of it."""
    with BackedUpCluster() as running:
        running.psql(f"CREATE DATABASE {DATABASE}")
        subprocess.run(
            [
                *(postgres.program("pg_restore"), "--no-owner", "--no-privileges"),
                *("--exit-on-error", f"--dbname={DATABASE}", dump),
            ],
            env=running.environ,
            check=True,
        )
        running.back_up("full")
        yield running


@pytest.fixture(scope="module")
def lost_at(cluster):
    """When a sale line was deleted that nobody has cancelled."""
    cluster.psql("CREATE TABLE work (done int)", DATABASE)
    begin = datetime.now(UTC)
    # For pgBackRest, a backup ends in a second, and a target is in a later one.
    wait_until(lambda: datetime.now(UTC) - begin > timedelta(seconds=1))
    moment = datetime.now(UTC)
    cluster.psql(
        "DELETE FROM sale_order_line WHERE id = (SELECT max(id)"
        " FROM sale_order_line WHERE state = 'sale' AND display_type IS NULL)",
        DATABASE,
    )
    segment = cluster.psql("SELECT pg_walfile_name(pg_switch_wal())")
    wait_until(lambda: cluster.segment_files(segment))
    return moment


@pytest.fixture(scope="module")
def repository(cluster, lost_at, shared):
    """The configuration of a copy of the repository, which this user can read."""
    shutil.copytree(cluster.folder / "repo1", shared / "repo1")
    path = shared / "pgbackrest.conf"
    path.write_text(REPOSITORY.format(folder=shared, stanza=STANZA))
    return path


@pytest.fixture(scope="module")
def key_file(user, shared):
    path = shared / "drill.key"
    path.touch(0o600)
    path.write_text(make_key(user, "drill"))
    return path


@pytest.fixture
def folder():
    """An empty folder for drills; its path is short, as a socket needs it."""
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        yield Path(folder)


@pytest.fixture
def command(server, key_file, folder):
    """Return the command of a drill that is reported to Odoo."""
    reported = ["--url", server.url, "--key-file", key_file, "--folder", folder]
    return lambda *arguments: [*DRILL, *reported, *map(str, arguments)]


@pytest.fixture
def drill(command, folder):
    """Run a drill; return its process when it has ended, and its evidence."""

    def drill(*arguments, **environ):
        before = set(folder.glob("*.json"))
        process = subprocess.run(
            command(*arguments),
            text=True,
            env=python_env.environ(**environ),
            capture_output=True,
            check=False,
        )
        added = set(folder.glob("*.json")) - before
        assert added, process.stderr
        return process, json.loads(added.pop().read_text())

    return drill


def results(evidence):
    return {one["name"]: one["result"] for one in evidence["checks"]}


def skipped(evidence):
    return {name for name, one in results(evidence).items() if one == "skipped"}


def in_odoo(user, evidence, *fields):
    """Return the drill as Odoo has stored it."""
    domain = [("name", "=", evidence["name"])]
    (found,) = user.call("reliability.drill", "search_read", domain, fields)
    return found


def digests(folder):
    """Return path → hash of all files in a folder."""
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


class TestPgBackRest:
    """A cluster is restored from a copy of its repository, also to a point in time."""

    def test_to_the_time_before_a_line_was_lost(
        self, drill, repository, lost_at, filestore, folder, user, server
    ):
        before = digests(repository.parent / "repo1")
        process, evidence = drill(
            *("--pgbackrest", STANZA, "--filestore", filestore),
            *("--to", lost_at.isoformat(), "--database", DATABASE),
            PGBACKREST_CONFIG=str(repository),
        )
        assert process.returncode == 0, process.stdout + process.stderr
        passed = {name for name, one in results(evidence).items() if one == "passed"}
        assert passed >= {
            "isolation",
            "heartbeat",
            "manifest",
            "attachments",
            "delivery",
        }
        assert evidence["level"] == 3
        assert evidence["tool"].startswith("pgBackRest 2.")
        assert evidence["backup"].endswith("F")
        found = in_odoo(
            user, evidence, "result", "rto_seconds", "is_rpo_known", "sha256"
        )
        assert found["result"] == "passed"
        assert found["rto_seconds"] and found["is_rpo_known"]
        assert found["sha256"] in process.stdout
        assert before == digests(repository.parent / "repo1")
        assert [path.suffix for path in folder.iterdir()] == [".json"]

    def test_to_the_end_the_line_is_missed(self, drill, repository, filestore):
        process, evidence = drill(
            *("--pgbackrest", STANZA, "--filestore", filestore),
            PGBACKREST_CONFIG=str(repository),
        )
        assert process.returncode == 1
        assert results(evidence)["manifest"] == "failed"
        assert "sale_order_line" in evidence["error"]["text"]
        assert evidence["usable_at"] is None

    @pytest.fixture
    def damaged(self, repository, tmp_path):
        """The configuration of a copy of the repository that may be damaged."""
        shutil.copytree(repository.parent / "repo1", tmp_path / "repo1")
        path = tmp_path / "pgbackrest.conf"
        path.write_text(REPOSITORY.format(folder=tmp_path, stanza=STANZA))
        return path

    def test_a_lost_wal_segment(self, drill, damaged, lost_at):
        segments = (damaged.parent / "repo1" / "archive").rglob("0000*-*")
        max(segments, key=lambda path: path.name).unlink()
        process, evidence = drill(
            *("--pgbackrest", STANZA, "--to", lost_at.isoformat()),
            PGBACKREST_CONFIG=str(damaged),
        )
        assert process.returncode == 1
        assert evidence["error"]["phase"] == "start"
        assert "ended before configured recovery target" in evidence["error"]["text"]

    def test_a_damaged_file_in_the_repository(self, drill, damaged):
        files = (damaged.parent / "repo1" / "backup").rglob("pg_data/base/**/*.gz")
        path = max(files, key=lambda path: path.stat().st_size)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        process, evidence = drill(
            "--pgbackrest", STANZA, PGBACKREST_CONFIG=str(damaged)
        )
        assert process.returncode == 1
        assert evidence["error"]["phase"] == "restore"
        assert path.stem.partition(".")[0] in evidence["error"]["text"]

    def test_a_backup_that_has_expired(self, drill, repository):
        process, evidence = drill(
            *("--pgbackrest", STANZA, "--backup", "20200101-000000F"),
            PGBACKREST_CONFIG=str(repository),
        )
        assert process.returncode == 1
        assert evidence["error"]["phase"] == "fetch"
        assert "20200101-000000F" in evidence["error"]["text"]


class TestRepositoryOnAnotherHost:
    """A repository behind TLS: what fetches has the network, what is restored none."""

    @pytest.fixture
    def remote(self, tmp_path):
        """The configuration of a host that reaches the repository by TLS only."""
        names = {
            "certificate": tmp_path / "certificate",
            "folder": tmp_path,
            "key": tmp_path / "key",
            "port": ports.free_port(),
            "server": tmp_path / "server.conf",
            "stanza": STANZA,
        }
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
                *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
                *("-keyout", names["key"], "-out", names["certificate"]),
            ],
            check=True,
            capture_output=True,
        )
        path = tmp_path / "pgbackrest.conf"
        path.write_text(REMOTE.format(**names))
        names["folder"] = names["folder"] / "repository"
        names["server"].write_text(SERVER.format(**names))
        return path, names

    @pytest.fixture
    def answering(self, remote, repository):
        """Its server runs."""
        _path, names = remote
        names["folder"].symlink_to(repository.parent)
        process = subprocess.Popen(
            [debian.program("pgbackrest"), f"--config={names['server']}", "server"]
        )
        wait_until(lambda: not ports.is_free(names["port"]))
        yield
        process.terminate()
        process.wait()

    @pytest.mark.usefixtures("answering")
    def test_it_is_restored_with_its_wal(
        self, drill, remote, lost_at, filestore, folder
    ):
        process, evidence = drill(
            *("--pgbackrest", STANZA, "--filestore", filestore),
            *("--to", lost_at.isoformat(), "--database", DATABASE),
            PGBACKREST_CONFIG=str(remote[0]),
        )
        assert process.returncode == 0, process.stdout + process.stderr
        assert results(evidence)["isolation"] == "passed"
        assert evidence["phases"][0]["name"] == "fetch"
        assert [path.suffix for path in folder.iterdir()] == [".json"]

    def test_it_does_not_answer(self, drill, remote):
        process, evidence = drill(
            "--pgbackrest", STANZA, PGBACKREST_CONFIG=str(remote[0])
        )
        assert process.returncode == 1
        assert evidence["error"]["phase"] == "fetch"
        assert "localhost" in evidence["error"]["text"]


class TestDump:
    """What makes a drill fail is said in words, and nothing stays."""

    @pytest.mark.parametrize("content", [b"", b"PGDMP cut off"])
    def test_a_dump_of_nothing(self, drill, tmp_path, folder, content):
        path = tmp_path / "dump"
        path.write_bytes(content)
        process, evidence = drill("--dump", path)
        assert process.returncode == 1
        assert evidence["error"]["text"] in process.stdout
        assert [one.suffix for one in folder.iterdir()] == [".json"]

    def test_no_space_is_taken_that_must_stay_free(self, drill, dump, folder):
        free = shutil.disk_usage(folder).free // 2**30
        process, evidence = drill("--dump", dump, "--keep-free-gib", free + 1)
        assert process.returncode == 1
        assert "GiB are free" in evidence["error"]["text"]

    def test_the_disk_is_full(self, command, dump, folder):
        """In a folder of 48 MiB, which the drill alone sees."""
        mount = f"mount -t tmpfs -o size=48m drill '{folder}' && exec \"$@\""
        process = subprocess.run(
            [
                *("unshare", "--mount", "sh", "-c", mount, "sh"),
                *command("--dump", dump, "--keep-free-gib", "0"),
            ],
            text=True,
            env=python_env.environ(),
            capture_output=True,
            check=False,
        )
        assert process.returncode == 1
        assert "The disk is full." in process.stdout


class TestKilled:
    """The next drill deletes what a killed one has left, and reports it."""

    @pytest.mark.parametrize("phase", ["restore", "start", "load"])
    def test_not_before(self, phase, command, drill, dump, folder, user):
        process = subprocess.Popen(
            command("--dump", dump),
            env=python_env.environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: phase in phases(folder))
        process.kill()
        process.wait()
        (left,) = [path for path in folder.iterdir() if path.is_dir()]
        wait_until(lambda: not processes_of(left), "a process goes on")
        *_ended, running = phases(folder)

        drill("--dump", folder / "nothing")
        assert not left.exists()
        killed = json.loads((folder / f"{left.name}.json").read_text())
        assert killed["error"]["phase"] == running
        assert "was killed" in killed["error"]["text"]
        assert in_odoo(user, killed, "result")["result"] == "failed"


def phases(folder):
    """Return the phases of the only drill that were begun."""
    for path in folder.glob("*/evidence.json"):
        return [one["name"] for one in json.loads(path.read_text())["phases"]]
    return []


def processes_of(folder):
    """Return the processes that name a folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if folder.name.encode() in file.read():
                    found.append(pid)
        except OSError:
            continue
    return found
