"""A PostgreSQL cluster of its own, on a private socket, that pgBackRest backs up."""

import shutil
import tempfile
from pathlib import Path

from . import debian, postgres
from .private_cluster import PORT, PrivateCluster

STANZA = "main"
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
track_commit_timestamp = on
archive_mode = on
archive_command = '{program} --config={config} --stanza={stanza} archive-push %p'
"""
OF_COPY = """\
[global]
repo1-path={folder}/repo1

[{stanza}]
pg1-path={folder}/nowhere
"""


def copy_repository(source, folder):
    """Copy ``repo1``, which belongs to the server's account, so that we can read it.

    :param source: the folder with it
    :return: the configuration of the copy
    """
    # One of its links is that to the latest backup.
    shutil.copytree(source / "repo1", folder / "repo1", symlinks=True)
    path = folder / "pgbackrest.conf"
    path.write_text(OF_COPY.format(folder=folder, stanza=STANZA))
    return path


class BackedUpCluster(PrivateCluster):
    """A cluster with two repositories; ``repo2`` is encrypted.

    It runs in the block of ``with``.
    """

    def __init__(self):
        super().__init__(Path(tempfile.mkdtemp(prefix="reliability-")))

    def __enter__(self):
        try:
            postgres.give_to_server(self.folder)
            names = {"folder": self.folder, "port": PORT, "stanza": STANZA}
            postgres.write_for_server(self.config, CONFIGURATION.format(**names))
            program = debian.program("pgbackrest")
            names |= {"config": self.config, "program": program}
            self.create(POSTGRES.format(**names))
            self._pgbackrest("stanza-create")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def config(self):
        """The configuration of pgBackRest."""
        return self.folder / "pgbackrest.conf"

    def back_up(self, kind, repository=1):
        """Make a backup: ``full``, ``diff`` or ``incr``."""
        self._pgbackrest(f"--type={kind}", f"--repo={repository}", "backup")

    def archive(self):
        """Begin a new WAL segment; return the one before, which is archived soon."""
        return self.psql("SELECT pg_walfile_name(pg_switch_wal())")

    def segment_files(self, segment):
        """Return the files of an archived WAL segment, in all repositories."""
        archives = self.folder.glob("repo*/archive")
        return [one for path in archives for one in path.rglob(f"{segment}-*")]

    def _pgbackrest(self, *arguments):
        program = debian.program("pgbackrest")
        common = f"--config={self.config}", f"--stanza={STANZA}"
        postgres.as_server(program, *common, *arguments)
