"""Real drills: pgBackRest and dumps, restored without network, reported to Odoo."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from drilling import Drills, in_odoo, phases, processes_of, results, text_of
from evaluating import evaluate
from inbound import make_key
from waiting import wait_until

from setup import debian, paths, ports, postgres, python_env, traffic, workplace
from setup.pgbackrest import STANZA, BackedUpCluster, copy_repository

DATABASE, DAMAGED = "production", "damaged"
MANIFEST = "reliability_recovery.cron_manifest"
"""The scheduled action that writes the manifest."""
NO_PACKETS = ["lo:", *["0"] * 16]
"""A line of /proc/net/dev: an interface, and what it has received and sent."""
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
        running.restore(dump, DATABASE)
        running.back_up("full")
        yield running


@pytest.fixture(scope="module")
def lost_at(cluster):
    """When a sale line was deleted that nobody has cancelled; then work went on."""
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
    cluster.archive()
    cluster.psql("INSERT INTO work VALUES (1)", DATABASE)
    last = cluster.archive()
    wait_until(lambda: cluster.segment_files(last))
    return moment


@pytest.fixture(scope="module")
def repository(cluster, lost_at, shared):
    """The configuration of a copy of the repository, which this user can read."""
    return copy_repository(cluster.folder, shared)


@pytest.fixture
def damaged(repository, tmp_path):
    """The configuration of a copy of the repository that may be damaged."""
    return copy_repository(repository.parent, tmp_path)


@pytest.fixture(scope="module")
def key(user, shared):
    path = shared / "drill.key"
    path.touch(0o600)
    path.write_text(make_key(user, "drill"))
    return path


@pytest.fixture(scope="module")
def folder():
    """A folder for drills; its path is short, as a socket needs it."""
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def drills(server, key, folder):
    return Drills(server, key, folder)


def digests(*folders):
    """Return path → hash of all files in folders."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def suffixes(folder):
    """Return the suffixes of files and folders; drills leave evidence only."""
    return {path.suffix for path in folder.iterdir()}


class Seen(NamedTuple):
    """A drill that has passed, as others saw it.

    :ivar networks, memories: the namespaces of its processes
    :ivar packets: of each interface in its network, when it had ended
    :ivar before, after: the contents of all repositories
    """

    evidence: dict
    printed: str
    networks: set
    memories: set
    packets: list
    before: dict
    after: dict


@pytest.fixture(scope="module")
def seen(cluster, drills, repository, lost_at, filestore, folder):
    """A drill to the time before a line was lost, watched from outside."""
    # Production's own, to which the restored configuration archives, and the copy.
    folders = cluster.folder / "repo1", cluster.folder / "repo2", repository.parent
    before = digests(*folders)
    drill = drills.begin(
        *("--pgbackrest", STANZA, "--filestore", filestore),
        *("--to", lost_at.isoformat(), "--database", DATABASE),
        PGBACKREST_CONFIG=str(repository),
    )
    wait_until(lambda: "business" in phases(folder) or drill.poll() is not None)
    (target,) = folder.glob("*/")
    networks = namespaces(target.name, "net")
    memories = namespaces(target.name, "ipc")
    with network_of(target.name) as packets:
        printed = "".join(drill.communicate())
        assert drill.returncode == 0, printed
        evidence = json.loads((folder / f"{target.name}.json").read_text())
        yield Seen(
            *(evidence, printed, networks, memories, packets()),
            *(before, digests(*folders)),
        )


class TestPassed:
    """What is sound passes, sends nothing, and leaves nothing."""

    def test_all_that_can_be_checked_is(self, seen):
        passed = {
            name for name, one in results(seen.evidence).items() if one == "passed"
        }
        assert passed >= {
            *("isolation", "wal", "heartbeat", "pages", "manifest", "attachments"),
            *("login", "read", "delivery"),
        }
        assert seen.evidence["level"] == 3
        assert seen.evidence["tool"].startswith("pgBackRest 2.")
        assert seen.evidence["backup"].endswith("F")

    def test_odoo_shows_it(self, seen, user):
        fields = "result", "rto_seconds", "is_rpo_known", "sha256"
        found = in_odoo(user, seen.evidence, *fields)
        assert found["result"] == "passed"
        assert found["rto_seconds"] and found["is_rpo_known"]
        assert found["sha256"] in seen.printed

    def test_repositories_are_the_same_byte_for_byte(self, seen):
        assert seen.before
        assert seen.before == seen.after

    def test_nothing_was_sent(self, seen):
        """Not a packet in the network that all its processes had for themselves."""
        assert len(seen.networks) == 1
        assert seen.networks.isdisjoint(namespaces("", "net", os.getpid()))
        assert seen.packets == [NO_PACKETS]

    def test_nothing_is_left(self, seen, folder):
        """No process, no file, no mount, no telemetry; PostgreSQL's shared memory went
        with its namespace.
        """
        name = seen.evidence["name"]
        assert not processes_of(name)
        assert [path.name for path in folder.glob(f"{name}*")] == [f"{name}.json"]
        assert name not in Path("/proc/self/mounts").read_text()
        assert not default_telemetry(folder / name / ".local" / "share" / "Odoo")
        assert len(seen.memories) == 1
        assert seen.memories.isdisjoint(namespaces("", "ipc", os.getpid()))


def default_telemetry(data_dir):
    """Return the folders in which Odoo records without another ``telemetry_dir``."""
    mark = hashlib.sha256(str(data_dir).encode()).hexdigest()[:8]
    return [*Path("/dev/shm").glob(f"odoo-reliability-*-{mark}")]


def namespaces(name, kind, *pids):
    """Return the namespaces of the processes of a drill, or of other ones."""
    return {os.readlink(f"/proc/{pid}/ns/{kind}") for pid in pids or processes_of(name)}


@contextmanager
def network_of(name):
    """Keep the network of a drill open, also when the drill has ended.

    :return: a function that returns the counters of each interface since its begin
    """
    pid, *_others = processes_of(name)
    descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)

    def packets():
        command = ["nsenter", f"--net=/proc/self/fd/{descriptor}"]
        command += ["cat", "/proc/self/net/dev"]
        text = subprocess.check_output(command, text=True, pass_fds=[descriptor])
        return [line.split() for line in text.splitlines()[2:]]

    try:
        yield packets
    finally:
        os.close(descriptor)


class TestRepository:
    """What is wrong with a repository of pgBackRest is named, and not achieved."""

    @pytest.fixture
    def fail(self, drills, user):
        """Run a drill that fails; return its evidence."""

        def fail(configuration, *arguments, phase):
            process, evidence = drills.run(
                *("--pgbackrest", STANZA, *arguments),
                PGBACKREST_CONFIG=str(configuration),
            )
            assert process.returncode == 1
            assert evidence["usable_at"] is None
            assert evidence["error"]["phase"] == phase, evidence["error"]
            assert evidence["error"]["text"] in process.printed
            assert in_odoo(user, evidence, "result")["result"] == "failed"
            return evidence

        return fail

    def test_to_the_end_the_line_is_missed(self, fail, repository):
        evidence = fail(repository, phase="data")
        assert results(evidence)["manifest"] == "failed"
        assert "sale_order_line" in evidence["error"]["text"]

    def test_a_lost_wal_segment_before_the_point_in_time(self, fail, damaged, lost_at):
        segment = lose_segment(damaged, -2)
        evidence = fail(damaged, "--to", lost_at.isoformat(), phase="start")
        text = evidence["error"]["text"]
        assert f"WAL segment {segment} is not in the archive." in text
        assert "ended before configured recovery target" in text

    def test_a_gap_where_the_newest_is_restored(self, fail, damaged):
        """PostgreSQL ends at a gap without an error."""
        segment = lose_segment(damaged, -2)
        text = fail(damaged, phase="start")["error"]["text"]
        assert text.startswith(f"wal: WAL segment {segment} is not in the archive")

    def test_a_damaged_file(self, fail, damaged):
        files = (damaged.parent / "repo1" / "backup").rglob("*F/pg_data/base/**/*.gz")
        path = max(files, key=lambda path: path.stat().st_size)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        text = fail(damaged, phase="fetch")["error"]["text"]
        assert f"{path.parent.name}/{path.stem}" in text

    def test_a_damaged_page(self, fail, cluster, repository, tmp_path):
        """Before the backup, without checksums: pgBackRest sees nothing."""
        damage_page(cluster, "mail_message")
        cluster.back_up("incr")
        configuration = copy_repository(cluster.folder, tmp_path)
        evidence = fail(configuration, "--database", DAMAGED, phase="data")
        assert results(evidence)["pages"] == "failed"
        assert "mail_message" in text_of(evidence, "pages")

    def test_a_backup_that_has_expired(self, fail, repository):
        evidence = fail(repository, "--backup", "20200101-000000F", phase="fetch")
        assert "20200101-000000F" in evidence["error"]["text"]

    def test_a_time_before_the_oldest_backup(self, fail, repository):
        evidence = fail(repository, "--to", "2020-01-01T00:00:00Z", phase="fetch")
        assert "2020-01-01" in evidence["error"]["text"]


def lose_segment(repository, position):
    """Delete a WAL segment from the archive; return its name.

    :param position: in the list of all of them, such as -1 for the last
    """
    segments = (repository.parent / "repo1" / "archive").rglob("0000*-*")
    path = sorted(segments, key=lambda path: path.name)[position]
    path.unlink()
    return path.name.partition("-")[0]


def damage_page(cluster, table):
    """Make a copy of the database, and overwrite a page of a table on the disk."""
    cluster.psql(f"CREATE DATABASE {DAMAGED} TEMPLATE {DATABASE} STRATEGY file_copy")
    path = cluster.psql(f"SELECT pg_relation_filepath('{table}')", DAMAGED)
    with (cluster.folder / "data" / path).open("r+b") as file:
        file.seek(4096)
        file.write(b"damaged!" * 256)


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
    def test_it_is_restored_with_its_wal(self, drills, remote, lost_at, filestore):
        process, evidence = drills.run(
            *("--pgbackrest", STANZA, "--filestore", filestore),
            *("--to", lost_at.isoformat(), "--database", DATABASE),
            PGBACKREST_CONFIG=str(remote[0]),
        )
        assert process.returncode == 0, process.printed
        assert results(evidence)["isolation"] == "passed"
        assert evidence["phases"][0]["name"] == "fetch"

    def test_it_does_not_answer(self, drills, remote):
        process, evidence = drills.run(
            "--pgbackrest", STANZA, PGBACKREST_CONFIG=str(remote[0])
        )
        assert process.returncode == 1
        assert evidence["error"]["phase"] == "fetch"
        assert "localhost" in evidence["error"]["text"]


class TestDump:
    """What makes a drill fail is said in words, and nothing stays."""

    @pytest.mark.parametrize("content", [b"", b"PGDMP cut off"])
    def test_a_dump_of_nothing(self, drills, tmp_path, folder, content):
        path = tmp_path / "dump"
        path.write_bytes(content)
        process, evidence = drills.run("--dump", path)
        assert process.returncode == 1
        assert evidence["error"]["text"] in process.printed
        assert suffixes(folder) == {".json"}

    def test_what_odoo_refuses_is_not_sent_again(self, drills, tmp_path, folder):
        """Its set has the name of a secret; the file with the evidence stays."""
        path = tmp_path / "dump"
        path.touch()
        process, evidence = drills.run("--dump", path, "--set", "password=hunter2")
        name = evidence["name"]
        assert f"{name} was not sent: Odoo has answered 422" in process.printed
        assert (folder / f"{name}.json").exists()
        process, evidence = drills.run("--dump", path, "--set", "dumps")
        assert name not in process.printed

    def test_of_another_database_and_with_a_file_missing(
        self, drills, dump, filestore, tmp_path, user, server
    ):
        files = shutil.copytree(filestore, tmp_path / "files")
        name = postgres.psql(
            "SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL"
            " ORDER BY id DESC LIMIT 1",
            server.database,
        )
        (files / name).unlink()
        process, evidence = drills.run(
            *("--dump", dump, "--uuid", "another"),
            *("--filestore", files, "--filestore-set", "files"),
        )
        assert process.returncode == 1
        uuid = evidence["database_uuid"]
        assert evidence["error"] == {
            "phase": "data",
            "text": f"identity: It is the database {uuid}, not another.",
        }
        assert f"files are missing, such as {name}" in text_of(evidence, "attachments")
        assert in_odoo(user, evidence, "result")["result"] == "failed"

    def test_no_space_is_taken_that_must_stay_free(self, drills, dump, folder):
        free = shutil.disk_usage(folder).free // 2**30
        process, evidence = drills.run("--dump", dump, "--keep-free-gib", free + 1)
        assert process.returncode == 1
        assert "GiB are free" in evidence["error"]["text"]

    def test_the_disk_is_full(self, drills, dump, folder):
        """In a folder of 48 MiB, which the drill alone sees."""
        mount = f"mount -t tmpfs -o size=48m drill '{folder}' && exec \"$@\""
        process = subprocess.run(
            [
                *("unshare", "--mount", "sh", "-c", mount, "sh"),
                *drills.command("--dump", dump, "--keep-free-gib", "0"),
            ],
            text=True,
            env=python_env.environ(),
            capture_output=True,
            check=False,
        )
        assert process.returncode == 1
        assert "The disk is full." in process.stdout


class TestZip:
    """A zip file of Odoo: the database with its filestore."""

    def test_it_is_restored_with_its_files(self, drills, server, dump, shared):
        path = shared / "backup.zip"
        odoo = paths.PYTHON, paths.LAUNCHER, "db", "-c", server.config
        subprocess.run(
            [*odoo, "dump", server.database, path],
            env=python_env.environ(),
            check=True,
        )
        process, evidence = drills.run("--zip", path, "--set", "zips")
        assert process.returncode == 0, process.printed
        assert results(evidence)["attachments"] == "passed"
        assert set(evidence["heartbeats"].values()) != {None}


class TestLive:
    """The folder of a live server, or of its backups, is refused before anything."""

    @pytest.mark.parametrize("below", ["data", "data/base", "repo1"])
    def test_as_folder(self, below, drills, dump, cluster):
        live = cluster.folder / below
        before = set(live.iterdir())
        drill = drills.begin("--dump", dump, "--folder", live)
        _printed, errors = drill.communicate()
        assert drill.returncode == 1
        assert "of a database server or of its backups" in errors
        assert set(live.iterdir()) == before


class TestKilled:
    """The next drill deletes what a killed one has left, and reports it."""

    PHASES = (
        *("fetch", "restore", "start", "data", "neutralize", "files"),
        *("load", "business"),
    )

    def test_in_every_phase(self, drills, repository, lost_at, filestore, folder, user):
        killed = {}
        for phase in self.PHASES:
            drill = drills.begin(
                *("--pgbackrest", STANZA, "--filestore", filestore),
                *("--to", lost_at.isoformat()),
                PGBACKREST_CONFIG=str(repository),
            )
            for name in self.PHASES[: self.PHASES.index(phase) + 1]:
                wait_until(lambda name=name: name in phases(folder))
            (target,) = folder.glob("*/")
            kill(drill)
            wait_until(lambda name=target.name: not processes_of(name))
            killed[target.name] = phases(folder)[-1]

        drills.begin("--dump", folder / "nothing").communicate()
        assert suffixes(folder) == {".json"}
        for name, phase in killed.items():
            evidence = json.loads((folder / f"{name}.json").read_text())
            assert evidence["error"]["phase"] == phase
            assert "was killed" in evidence["error"]["text"]
            assert in_odoo(user, evidence, "result")["result"] == "failed"
        # Others may be over before the kill.
        assert set(killed.values()) >= {"fetch", "start", "load", "business"}

    def test_while_it_deletes(self, drills, dump, folder, user):
        """What it had found out before is reported, and the rest is deleted."""
        drill = drills.begin("--dump", dump, "--uuid", "another")
        wait_until(lambda: "start" in phases(folder))
        drill.send_signal(signal.SIGSTOP)
        (target,) = folder.glob("*/")
        wait_until(lambda: not processes_of(target.name))
        drill.send_signal(signal.SIGCONT)
        wait_until((folder / f"{target.name}.unsent.json").exists)
        kill(drill)
        assert target.exists()

        drills.begin("--dump", folder / "nothing").communicate()
        assert suffixes(folder) == {".json"}
        evidence = json.loads((folder / f"{target.name}.json").read_text())
        assert "not another" in evidence["error"]["text"]
        assert in_odoo(user, evidence, "result")["result"] == "failed"


def kill(drill):
    """Kill the process that was started, as the kernel does where memory is short."""
    drill.kill()
    drill.communicate()
