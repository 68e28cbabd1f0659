"""What a drill restores: a backup of pgBackRest, a dump, a zip file, copies of files.

Each is read where it is; nothing is written beside it.
"""

import re
import shlex
import shutil
import sys
import zipfile
from pathlib import Path

from psycopg2 import sql

from .. import dumps, pgbackrest
from . import restore_wal
from .cluster import ROLE, Cluster, run
from .evidence import Evidence, PhaseFailed

LISTED = "archived.json"
"""A file of a drill: what was in the archive when its backup was fetched."""
DATABASE = "restored"
"""The name of a database that is restored from a dump; it is the only one."""
_CREATE_DATABASE = f"CREATE DATABASE {DATABASE} TEMPLATE template0"
_SET = re.compile(r"restore backup set (\S+?),?\s")
_ROLE = re.compile(
    rb'(?:ALTER .* OWNER TO|GRANT .* TO|REVOKE .* FROM) ("[^"]+"|\w+)'
    rb"(?: WITH GRANT OPTION)?;$"
)
_OF_A_FILE = "raised from local"
"""In errors of the processes of pgBackRest that read files."""
_INVALID = re.compile(r"invalid checksum '([^']+)'")
_LOG = "--log-level-file=off", "--log-level-console=info"
_MAX_NAMED = 5
_MAX_JOBS = 4


class Source:
    """What all of them have.

    :ivar contents: of its set, as in reports of backups
    :ivar name: of its set
    :ivar label: of the backup; ``None`` if it is known only once it is fetched
    :ivar files: the folder with its filestore, once restored; ``None`` without one
    """

    contents: str
    name: str
    label: str | None = None
    files: Path | None = None

    def tool(self) -> str:
        """Return the name of the tool, with its version where it has one."""
        raise NotImplementedError

    def fetching(self, folder: Path) -> list[str | Path] | None:
        """Return the command that fetches the backup, with network.

        ``None``: nothing is to be fetched.

        :param folder: of the drill
        """
        return None

    def restore(self, cluster: Cluster, folder: Path) -> None:
        """Restore what is on this host, before the server runs.

        :param folder: of the drill
        """

    def database(self, cluster: Cluster) -> str:
        """Restore the rest; return the name of the database."""
        raise NotImplementedError

    def check(self, cluster: Cluster, folder: Path, evidence: Evidence) -> None:
        """Check what was restored against where it came from, once the server runs.

        :param folder: of the drill
        """


class PgBackRest(Source):
    """A backup of a whole cluster, with archived WAL."""

    contents = "cluster"

    def __init__(self, options: dict) -> None:
        self._options = options
        self.name = options["set"] or options["pgbackrest"]

    def tool(self):
        return run("pgbackrest", "version").strip()

    def fetching(self, folder):
        """Return the command that restores the data folder; WAL follows on demand.

        Locks, logs and what is fetched are in the folder of the drill: a drill stops no
        backup of production, and writes to no place of it.
        """
        own = folder / "pgbackrest"
        for name in ("lock", "log", "spool", "tablespaces"):
            (own / name).mkdir(parents=True)
        data = Cluster(folder).data
        data.mkdir(mode=0o700)
        restore_wal_command = shlex.join(
            map(str, [sys.executable, "-I", restore_wal.__file__, folder])
        )
        return [
            *self._common(folder),
            *(f"--spool-path={own}/spool", f"--process-max={_MAX_JOBS}"),
            *(f"--tablespace-map-all={own}/tablespaces", "--archive-mode=off"),
            f'--recovery-option=restore_command={restore_wal_command} %f "%p"',
            *(*self._chosen(), "restore"),
        ]

    def label_in(self, printed: str) -> str | None:
        """Return the label of the backup that was restored, from what was printed."""
        found = _SET.search(printed)
        return found and found[1]

    def verifying(self, error: str) -> list[str] | None:
        """Return the command that finds damaged files, where the error names none.

        pgBackRest names none that it cannot unpack.
        """
        stanza = f"--stanza={self._options['pgbackrest']}"
        command = ["pgbackrest", stanza, *self._repository(), *_LOG, "verify"]
        return command if _OF_A_FILE in error else None

    def damaged_in(self, printed: str) -> str:
        """Return which files are damaged, from what was printed; empty if none are."""
        found = _INVALID.findall(printed)[:_MAX_NAMED]
        return f"\nDamaged in the repository: {', '.join(found)}" if found else ""

    def listing_wal(self) -> list[str]:
        """Return the command that lists all files of WAL, as JSON."""
        stanza = self._options["pgbackrest"]
        options = *self._repository(), "--log-level-file=off", "--output=json"
        command = ["pgbackrest", f"--stanza={stanza}", *options, "--recurse"]
        return [*command, "repo-ls", f"archive/{stanza}"]

    def fetching_wal(self, folder: Path) -> list[str | Path]:
        """Return the command that fetches a file of WAL.

        Its name and the path to write it to follow.  pgBackRest would give it the spool
        of a restore, which it refuses.
        """
        return [*self._common(folder), "--no-archive-async", "archive-get"]

    def _common(self, folder):
        own = folder / "pgbackrest"
        yield from ("pgbackrest", f"--stanza={self._options['pgbackrest']}")
        yield f"--pg1-path={Cluster(folder).data}"
        yield from (f"--lock-path={own}/lock", f"--log-path={own}/log")
        yield from (*_LOG, *self._repository())

    def _chosen(self):
        options = self._options
        if options["backup"]:
            yield f"--set={options['backup']}"
        if options["to"]:
            yield from ("--type=time", f"--target={options['to']}")
            yield "--target-action=promote"

    def _repository(self):
        chosen = self._options["repository"]
        return [f"--repo={chosen}"] if chosen else []

    def check(self, cluster, folder, evidence):
        """Check that WAL was replayed to its end: PostgreSQL stops silently at a gap.

        Up to a point in time, a gap behind it does not matter, and one before it is an
        error of PostgreSQL.
        """
        missing = cluster.missing_segment()
        if self._options["to"] or not missing:
            evidence.check("wal", "")
            return
        listed = pgbackrest.parse_listing((folder / LISTED).read_text())
        text = (
            f"WAL segment {missing} is not in the archive, and later ones are: what was"
            " written since then is lost."
        )
        archived = pgbackrest.segment_files(listed)
        evidence.check("wal", text if is_gap(missing, archived) else "")

    def database(self, cluster):
        wanted = self._options["database"]
        cluster.create_role(self._options["superuser"])
        names = cluster.databases()
        if wanted and wanted not in names:
            raise PhaseFailed(
                f"The backup has no database {wanted}, but {', '.join(names)}."
            )
        found = [wanted] if wanted else [one for one in names if _is_odoo(cluster, one)]
        if len(found) != 1:
            raise PhaseFailed(
                f"Name the database by --database: the backup has {', '.join(names)}."
            )
        return found[0]


class Dump(Source):
    """A dump of ``pg_dump`` in any of its formats."""

    contents = "database"

    def __init__(self, options: dict) -> None:
        self._path = Path(options["dump"])
        self.name = options["set"] or str(self._path.parent)
        self.label = self._path.name

    def tool(self):
        return "pg_dump"

    def restore(self, cluster, folder):
        if error := dumps.check_dump(self._path).error:
            raise PhaseFailed(error)
        cluster.initialize()

    def database(self, cluster):
        with cluster.cursor("postgres") as cr:
            cr.execute(_CREATE_DATABASE)
        load(self._path, cluster)
        if not _is_odoo(cluster, DATABASE):
            raise PhaseFailed("The dump has no database of Odoo.")
        return DATABASE


class Zip(Dump):
    """A zip file of Odoo: a plain dump, with or without the filestore."""

    contents = "database_and_filestore"

    def __init__(self, options: dict) -> None:
        super().__init__({"dump": options["zip"], "set": options["set"]})
        self._zip = self._path

    def tool(self):
        return "odoo db dump"

    def restore(self, cluster, folder):
        if error := dumps.check_zip(self._zip, needs_filestore=False).error:
            raise PhaseFailed(error)
        with zipfile.ZipFile(self._zip) as archive:
            archive.extractall(folder / "zip")
        self._path = folder / "zip" / "dump.sql"
        files = folder / "zip" / "filestore"
        self.files = files if files.is_dir() else None
        cluster.initialize()


def is_gap(missing: str, archived: dict[str, str]) -> bool:
    """Return whether segments before and after a missing one are in one archive.

    :param archived: names of segments → paths below the folder of all archives; after
        an upgrade of PostgreSQL there are several
    """
    found = {}
    for name, path in archived.items():
        if name[:8] == missing[:8]:  # the timeline
            found.setdefault(path.partition("/")[0], []).append(name)
    return any(min(names) < missing < max(names) for names in found.values())


def source(options: dict) -> Source:
    """Return what the options name."""
    if options["pgbackrest"]:
        return PgBackRest(options)
    return Zip(options) if options["zip"] else Dump(options)


def load(path: Path, cluster: Cluster) -> None:
    """Load a dump into :data:`DATABASE`.

    A statement that fails is an error: what is missing would be noticed too late.
    """
    target = f"--dbname={DATABASE}"
    path = dumps.unpacked(path, cluster.data.with_name("dump"))
    if dumps.is_archive(path):
        options = "--no-owner", "--no-privileges", "--exit-on-error", target
        cluster.client("pg_restore", *options, path)
        return
    with cluster.cursor(DATABASE) as cr:
        for role in _roles(path):
            cr.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    quiet = "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", target
    cluster.client("psql", *quiet, f"--file={path}")


def _roles(path):
    """Return the owners, and who has privileges, in a plain dump."""
    found = set()
    with path.open("rb") as file:
        for line in file:
            if match := _ROLE.match(line):
                found.add(match[1].decode().strip('"'))
    return sorted(found - {"PUBLIC", ROLE})


def restore_files(path: Path, target: Path) -> None:
    """Restore a copy of a filestore: a folder, or an archive of ``tar``."""
    if error := dumps.check_filestore(path).error:
        raise PhaseFailed(error)
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target)
        return
    target.mkdir()
    run("tar", "--extract", f"--file={path}", f"--directory={target}")


def top_of(folder: Path) -> Path:
    """Return the folder with the files: an archive may have folders around it."""
    while not _is_filestore(folder):
        inner = [one for one in folder.iterdir() if one.is_dir()]
        if len(inner) != 1:
            return folder
        folder = inner[0]
    return folder


def _is_filestore(folder):
    return any(
        len(one.name) == 2 or one.name == "checklist" for one in folder.iterdir()
    )


def _is_odoo(cluster, database):
    with cluster.cursor(database) as cr:
        cr.execute("SELECT to_regclass('public.ir_module_module') IS NOT NULL")
        return cr.fetchone()[0]
