"""A PostgreSQL cluster of its own, on a private socket, that follows or is followed.

The path of its folder is short, since that of a socket must not be longer than 107
bytes.  Clients name the folders of a primary and its standby, and reach the one that
takes writes: ``host=a,b target_session_attrs=read-write``.
"""

import os
import shutil
import signal
import subprocess

from . import postgres, processes

PORT = 5432  # of the socket: no port is open
_OPTIONS = "-k {socket} -p {port} -c listen_addresses= -c fsync=off"


class PrivateCluster:
    """A primary, or a standby of another one.

    :param folder: of the server's account; data and socket are there
    """

    def __init__(self, folder):
        self.folder = folder
        self._data = folder / "data"

    @property
    def environ(self):
        """The environment for PostgreSQL's client programs."""
        here = {"PGHOST": str(self.folder), "PGPORT": str(PORT)}
        return {**os.environ, **here, "PGUSER": postgres.ACCOUNT}

    def psql(self, statement, database="postgres"):
        """Run SQL; return the rows as text."""
        return postgres.psql(statement, database, server=self.environ)

    def create(self, configuration=""):
        """Create it empty, and start it.

        :param configuration: lines of its postgresql.conf
        """
        postgres.as_server(
            *(postgres.program("initdb"), "--pgdata", self._data, "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8"),
            *("--auth=trust", f"--username={postgres.ACCOUNT}"),
        )
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(configuration)
        self.start()

    def copy_database(self, source, name):
        """Copy a database of this workplace; Odoo's role owns the copy."""
        dump = self.folder / "dump"
        subprocess.run(
            [postgres.program("pg_dump"), "-Fc", "-Z0", f"--file={dump}", source],
            env=postgres.environ(),
            check=True,
        )
        self.psql(f"CREATE ROLE {postgres.ROLE} LOGIN CREATEDB")
        self.restore(dump, name, postgres.ROLE)
        dump.unlink()

    def restore(self, dump, name, owner=postgres.ACCOUNT):
        """Restore a dump of ``pg_dump`` into a new database."""
        self.psql(f"CREATE DATABASE {name} OWNER {owner}")
        subprocess.run(
            [
                *(postgres.program("pg_restore"), "--no-owner", "--no-privileges"),
                *("--exit-on-error", "--jobs=2", f"--dbname={name}", dump),
            ],
            env={**self.environ, "PGUSER": owner},
            check=True,
        )

    def follow(self, primary):
        """Become a standby of another cluster, which streams its WAL to this one."""
        shutil.rmtree(self._data, ignore_errors=True)
        postgres.as_server(
            *(postgres.program("pg_basebackup"), "--pgdata", self._data),
            *("--host", primary.folder, "--port", PORT, "--username", postgres.ACCOUNT),
            *("--checkpoint=fast", "--no-sync", "--write-recovery-conf"),
        )
        self.start()

    def cut_off(self):
        """End the streaming from the primary."""
        self.psql("ALTER SYSTEM SET primary_conninfo = ''")
        self.psql("SELECT pg_reload_conf()")

    def start(self):
        """Start it."""
        options = _OPTIONS.format(socket=self.folder, port=PORT)
        self._pg_ctl("start", "-l", self.folder / "server.log", "-o", options)

    def kill(self):
        """End all of its processes at once, as a power failure does."""
        server = self._pid()
        os.kill(server, signal.SIGSTOP)  # it begins no more
        for pid in [server, *processes.children(server)]:
            os.kill(pid, signal.SIGKILL)
        # A zombie would count as a server that runs.
        (self._data / "postmaster.pid").unlink()

    def stop(self):
        """Stop it, if it runs."""
        if self._pid():
            self._pg_ctl("stop", "-m", "immediate")

    def is_primary(self):
        """Return whether it runs, and takes writes."""
        return bool(self._pid()) and self.psql("SELECT pg_is_in_recovery()") == "f"

    def _pid(self):
        """Return the pid of the server while it runs, else ``None``."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return None
        return pid if processes.is_alive(pid) else None

    def _pg_ctl(self, action, *options):
        program = postgres.program("pg_ctl")
        postgres.as_server(program, action, "-w", "--pgdata", self._data, *options)
