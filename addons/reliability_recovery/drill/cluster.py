"""A PostgreSQL of the drill, on a socket in its folder."""

import os
import re
import shlex
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from .evidence import PhaseFailed

PORT = 5432  # in the name of the socket: no port is open
ROLE = "reliability_drill"
"""Of the drill, in a cluster that nobody else can reach."""
_CREATE_ROLE = f"CREATE ROLE {ROLE} SUPERUSER LOGIN"
_OF_RECOVERY = ("restore_command", "recovery_target")
_LAST_LINES = 10
_PAUSE = 0.1  # seconds
_ERROR = re.compile(r"\b(?:ERROR|FATAL|PANIC|error):")
_NOT_ARCHIVED = re.compile(r"unable to find ([0-9A-F]{24}) in the archive")
"""What pgBackRest prints into PostgreSQL's log."""
_CONFIGURATION = """\
# The settings of production are in no file that this server reads.
listen_addresses = ''
unix_socket_directories = '{socket}'
port = {port}
hba_file = '{folder}/hba.conf'
ident_file = '{folder}/ident.conf'
# Nothing leaves: no WAL, no replication, no job of an extension.
archive_mode = off
primary_conninfo = ''
primary_slot_name = ''
synchronous_standby_names = ''
max_wal_senders = 0
max_logical_replication_workers = 0
shared_preload_libraries = ''
# Recovery asks for no setting of production where nobody reads meanwhile.
hot_standby = off
# What a drill writes may be lost, and must not stay in memory of the host.
fsync = off
full_page_writes = off
dynamic_shared_memory_type = mmap
max_connections = 50
logging_collector = off
autovacuum = off
"""


class Cluster:
    """PostgreSQL in the folder of a drill.

    :ivar data: its data folder
    """

    def __init__(self, folder: Path, bin_dir: str | None = None) -> None:
        self._folder, self._bin_dir = folder, bin_dir and Path(bin_dir)
        self.data = folder / "data"
        self.socket = folder / "s"

    def initialize(self) -> None:
        """Create an empty one, of the newest version on this host."""
        run(
            *(self._program("initdb"), "--pgdata", self.data, "--no-sync"),
            *("--auth=trust", f"--username={ROLE}", "--encoding=UTF8"),
            *("--locale=C.UTF-8",),
        )

    def start(self, seconds: float) -> None:
        """Start it, replay WAL to the target, and wait until it can be written to.

        :param seconds: until then
        """
        self._configure()
        deadline = time.monotonic() + seconds
        try:
            run(
                *(self._program("pg_ctl"), "start", "-w", "-t", str(int(seconds))),
                *("--pgdata", self.data, "-l", self._log),
                *("-o", f"-c config_file={shlex.quote(str(self._configuration))}"),
            )
            # For pg_ctl, a server that replays WAL and answers nobody is ready.
            while not self._is_ready():
                if time.monotonic() > deadline or not self._is_running():
                    raise PhaseFailed("It has ended while it replayed WAL.")
                time.sleep(_PAUSE)
        except PhaseFailed as error:
            text = last_lines(self._read_log()) or str(error)
            if segment := self.missing_segment():
                text = f"WAL segment {segment} is not in the archive. {text}"
            raise PhaseFailed(f"PostgreSQL has not started: {text}") from error

    def _is_ready(self):
        try:
            self.client("pg_isready", "--quiet")
        except PhaseFailed:
            return False
        return True

    def _is_running(self):
        return (self.data / "postmaster.pid").exists()

    def missing_segment(self) -> str | None:
        """Return the WAL segment that it has asked for last, and that was not there.

        :return: ``None`` if all were there, or none was asked for
        """
        found = _NOT_ARCHIVED.findall(self._read_log())
        return found[-1] if found else None

    def databases(self) -> list[str]:
        """Return the names of all databases that accept connections."""
        with self.cursor("postgres") as cr:
            cr.execute("SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1")
            return [name for (name,) in cr.fetchall()]

    def version(self) -> str:
        """Return the version of the server, such as 16.4."""
        with self.cursor("postgres") as cr:
            cr.execute("SHOW server_version")
            return cr.fetchone()[0].split()[0]

    def create_role(self, superuser: str) -> None:
        """Create the role of the drill, where the cluster came with its own.

        :param superuser: a role of it
        """
        try:
            with self.cursor("postgres", superuser) as cr:
                cr.execute(_CREATE_ROLE)
        except psycopg2.OperationalError as error:
            raise PhaseFailed(
                f"{error} Name a superuser of the restored cluster by --superuser."
            ) from error

    @contextmanager
    def cursor(self, database: str, role: str = ROLE):
        """Yield a cursor; each statement is its own transaction."""
        connection = psycopg2.connect(
            host=str(self.socket), port=PORT, user=role, dbname=database
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cr:
                yield cr
        finally:
            connection.close()

    def client(self, program: str, *arguments) -> None:
        """Run a client program of PostgreSQL to its end.

        :raise PhaseFailed: it has failed
        """
        here = {"PGHOST": str(self.socket), "PGPORT": str(PORT), "PGUSER": ROLE}
        run(self._program(program), *arguments, env={**os.environ, **here})

    @property
    def _log(self):
        return self._folder / "server.log"

    @property
    def _configuration(self):
        return self._folder / "drill.conf"

    def _read_log(self):
        try:
            return self._log.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def _configure(self):
        self.socket.mkdir(mode=0o700, exist_ok=True)
        names = {"folder": self._folder, "socket": self.socket, "port": PORT}
        self._configuration.write_text(_CONFIGURATION.format(**names))
        (self._folder / "hba.conf").write_text("local all all trust\n")
        (self._folder / "ident.conf").write_text("")
        _reduce_to_recovery(self.data / "postgresql.auto.conf")
        for slot in (self.data / "pg_replslot").glob("*"):
            shutil.rmtree(slot)

    def _program(self, name):
        """Return a program of PostgreSQL, of the version of the data, if any."""
        stated = self.data / "PG_VERSION"
        version = stated.read_text().strip() if stated.exists() else ""
        folders = [self._bin_dir] if self._bin_dir else _debian(version or "*")
        found = [folder / name for folder in folders if (folder / name).exists()]
        if not found and not version and shutil.which(name):
            return shutil.which(name)
        if not found:
            raise PhaseFailed(
                f"{name} of PostgreSQL {version} is not on this host: install it, or"
                " name its folder by --bin-dir."
            )
        return found[-1]


def run(*command, env: dict | None = None) -> str:
    """Run a program to its end; return what it has printed.

    :param env: its environment, if it is another one
    :raise PhaseFailed: it is missing or has failed
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            [str(one) for one in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env=env,
        )
    except FileNotFoundError as error:
        raise PhaseFailed(f"{name} is not installed on this host.") from error
    printed = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise PhaseFailed(f"{name} has failed: {last_lines(printed)}")
    return printed


def last_lines(text: str) -> str:
    """Return the errors that a program has printed, or else the end of its output."""
    lines = text.strip().splitlines()
    errors = [line for line in lines if _ERROR.search(line)]
    return "\n".join((errors or lines)[-_LAST_LINES:])


def _debian(version):
    folders = Path("/usr/lib/postgresql").glob(f"{version}/bin")
    return sorted(folders, key=lambda path: int(path.parent.name.partition(".")[0]))


def _reduce_to_recovery(path):
    """Remove what ALTER SYSTEM has set in production: this file is read last."""
    lines = path.read_text().splitlines() if path.exists() else []
    wanted = [line for line in lines if line.startswith(_OF_RECOVERY)]
    path.write_text("".join(f"{line}\n" for line in wanted))
