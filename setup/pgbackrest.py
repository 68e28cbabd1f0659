"""A PostgreSQL cluster of its own, on a private socket, that pgBackRest backs up.

Its folder has a short path, since that of a socket must not be longer than 107 bytes.
"""

import os
import shutil
import tempfile
from pathlib import Path

from . import debian, postgres

STANZA = "main"
PORT = 5432  # of the socket: no port is open
CONFIGURATION = """\
[global]
repo1-path={folder}/repo1
repo1-retention-full=9
repo2-path={folder}/repo2
repo2-retention-full=9
repo2-cipher-type=aes-256-cbc
repo2-cipher-pass=a-passphrase-of-a-test
lock-path={folder}/lock
log-level-file=off
log-level-console=warn
start-fast=y

[{stanza}]
pg1-path={folder}/data
pg1-socket-path={folder}
pg1-port={port}
"""
POSTGRES = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
fsync = off
track_commit_timestamp = on
archive_mode = on
archive_command = '{program} --config={config} --stanza={stanza} archive-push %p'
"""


class BackedUpCluster:
    """A cluster with two repositories; ``repo2`` is encrypted.

    It runs in the block of ``with``.
    """

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="reliability-"))
        try:
            postgres.give_to_server(self.folder)
            self._create()
            self._pgbackrest("stanza-create")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        if (self.folder / "data" / "postmaster.pid").exists():
            self._pg_ctl("stop", "-m", "immediate")
        shutil.rmtree(self.folder)

    @property
    def config(self):
        """The configuration of pgBackRest."""
        return self.folder / "pgbackrest.conf"

    @property
    def environ(self):
        """The environment for PostgreSQL's client programs."""
        here = {"PGHOST": str(self.folder), "PGPORT": str(PORT)}
        return {**os.environ, **here, "PGUSER": postgres.ACCOUNT}

    def psql(self, statement, database="postgres"):
        """Run SQL; return the rows as text."""
        return postgres.psql(statement, database, server=self.environ)

    def back_up(self, kind, repository=1):
        """Make a backup: ``full``, ``diff`` or ``incr``."""
        self._pgbackrest(f"--type={kind}", f"--repo={repository}", "backup")

    def segment_files(self, segment):
        """Return the files of an archived WAL segment, in all repositories."""
        archives = self.folder.glob("repo*/archive")
        return [one for path in archives for one in path.rglob(f"{segment}-*")]

    def _create(self):
        data = self.folder / "data"
        postgres.as_server(
            *(postgres.program("initdb"), "--pgdata", data, "--no-sync"),
            *("--auth=trust", f"--username={postgres.ACCOUNT}"),
        )
        names = {
            "config": self.config,
            "folder": self.folder,
            "port": PORT,
            "program": debian.program("pgbackrest"),
            "stanza": STANZA,
        }
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(POSTGRES.format(**names))
        postgres.write_for_server(self.config, CONFIGURATION.format(**names))
        self._pg_ctl("start", "-l", self.folder / "server.log")

    def _pg_ctl(self, action, *options):
        data = self.folder / "data"
        program = postgres.program("pg_ctl")
        postgres.as_server(program, action, "-w", "--pgdata", data, *options)

    def _pgbackrest(self, *arguments):
        program = debian.program("pgbackrest")
        common = f"--config={self.config}", f"--stanza={STANZA}"
        postgres.as_server(program, *common, *arguments)
