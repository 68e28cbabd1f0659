"""The PostgreSQL cluster of this workplace, on loopback.

PostgreSQL refuses to run as root; root runs it as Debian's user ``postgres``.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from pathlib import Path

from . import commands, debian, paths, ports, processes, workplace
from .steps import say, step

LINK = paths.RUN / "postgres"
ROLE = "odoo"
ACCOUNT = "postgres"
# TCP only: the path of a socket below a deep checkout would be too long.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
password_encryption = 'scram-sha-256'
"""
FEW_FILES = "-c wal_recycle=off -c max_wal_size=256MB"
"""For the cluster that is copied: its write-ahead log is copied, too."""
UNDISTURBED = "-c autovacuum=off"
"""For tests that roll back: a table that is vacuumed meanwhile counts as empty.
Its queries take minutes then, not milliseconds."""
ADVICE = "read the log; `make clean` starts over with an empty cluster."


def start():
    """Start the cluster unless it runs; create it first if it does not exist."""
    debian.ensure("postgresql")
    if is_running():
        say(f"-> PostgreSQL: runs on port {port()}")
        return
    _create()
    with step("Starting PostgreSQL", ADVICE):
        _remove_stale_pid_file()
        _choose_port()
        options = f"-p {port()}"
        if workplace.name() == workplace.BUILD:
            options += f" {FEW_FILES}"
        elif workplace.name() == workplace.ROLLED_BACK:
            options += f" {UNDISTURBED}"
        _pg_ctl("start", "-w", "-l", home() / "server.log", "-o", options)


def stop():
    """Stop the cluster if it runs; its connections are terminated."""
    if is_running():
        _pg_ctl("stop", "-w", "-m", "fast")


def crash():
    """Stop the server as a crash does; what is not yet on disk is lost."""
    _pg_ctl("stop", "-w", "-m", "immediate")


def copy_from(source):
    """Replace the cluster by a copy of another workplace's, which must be stopped."""
    remove()
    _make_folder()
    copy = ["cp", "--archive", "--reflink=auto", _folder() / source, home()]
    commands.run(copy, paths.log("postgres"))
    (home() / "port").unlink(missing_ok=True)


def remove():
    """Stop the cluster and delete it."""
    stop()
    shutil.rmtree(home(), ignore_errors=True)


def remove_all():
    """Delete the clusters of all workplaces, which must be stopped."""
    shutil.rmtree(_folder(), ignore_errors=True)


def workplaces():
    """Return the names of all workplaces that have a cluster."""
    return sorted(path.parent.name for path in _folder().glob("*/data"))


def home():
    """Return the cluster's real folder; the server may be unable to follow LINK."""
    return _folder() / workplace.name()


def exists():
    """Whether there is a cluster."""
    return (home() / "data").is_dir()


def is_running():
    """Whether the server of this cluster runs."""
    pid = server_pid()
    return bool(pid) and processes.is_alive(pid) and _is_server(pid)


def port():
    """Return the port; it is chosen at the first start, and again if taken."""
    return int((home() / "port").read_text())


def password(name=None):
    """Return the password of the roles ``postgres`` and ``odoo``; empty if none.

    :param name: of a workplace, by default this process's
    """
    path = _folder() / (name or workplace.name()) / "password"
    return path.read_text().strip() if path.exists() else ""


def environ():
    """Return the environment for PostgreSQL's client programs."""
    return {
        **os.environ,
        "PGHOST": ports.LOOPBACK,
        "PGPORT": str(port()),
        "PGUSER": ACCOUNT,
        "PGPASSWORD": password(),
    }


def psql(statement, database="postgres", server=None):
    """Run SQL as the superuser; return the rows as text, columns separated by ``|``.

    :param server: the environment for clients of another cluster
    """
    quiet = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    return commands.output(
        [program("psql"), *quiet, "-v", "ON_ERROR_STOP=1", "-c", statement, database],
        env=server or environ(),
    )


def dump(database, *options):
    """Return a database as SQL, without owners and comments.

    :param options: of ``pg_dump``
    """
    command = [program("pg_dump"), "--no-owner", "--no-privileges", "--inserts"]
    text = commands.output([*command, *options, database], env=environ())
    lines = (x for x in text.splitlines() if x and not x.startswith(("--", "\\")))
    return "\n".join(lines) + "\n"


def load(path, database):
    """Run the SQL in a file as Odoo's role, in one transaction."""
    owner = {"PGUSER": ROLE, "PGOPTIONS": "-c client_min_messages=warning"}
    commands.output(
        [
            *(program("psql"), "--no-psqlrc", "--quiet", "--single-transaction"),
            *("-v", "ON_ERROR_STOP=1", "-f", path, database),
        ],
        env={**environ(), **owner},
    )


def _create():
    if exists():
        return
    with step("Creating a PostgreSQL cluster", ADVICE):
        _make_folder()
        partial = _folder() / f"{workplace.name()}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        give_to_server(partial)
        write_for_server(partial / "password", secrets.token_urlsafe(24))
        as_server(
            *(program("initdb"), "--pgdata", partial / "data", "--encoding=UTF8"),
            *("--locale=C.UTF-8", f"--username={ACCOUNT}"),
            *("--auth=scram-sha-256", f"--pwfile={partial / 'password'}"),
        )
        with (partial / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        shutil.rmtree(home(), ignore_errors=True)
        partial.rename(home())


def create_role():
    """Create Odoo's role, unless it exists."""
    psql(
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password()}';"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )


def _folder():
    """Return the folder of all clusters of this checkout."""
    return LINK.resolve()


def _make_folder():
    if LINK.exists():
        return
    LINK.unlink(missing_ok=True)  # its target may be deleted
    if _server_can_enter(paths.RUN):
        LINK.mkdir(mode=0o700)
    else:
        LINK.symlink_to(_folder_of_account())
    give_to_server(LINK)


def _folder_of_account():
    """Make a folder below the account's home, always the same for this checkout."""
    mark = hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:12]
    folder = Path(pwd.getpwnam(ACCOUNT).pw_dir) / f"reliability-{mark}"
    say(f"   the user {ACCOUNT} cannot enter this checkout; data is in {folder}")
    shutil.rmtree(folder, ignore_errors=True)  # left by a deleted checkout
    folder.mkdir(mode=0o700)
    return folder


def _server_can_enter(folder):
    test = ["test", "-x", folder]
    return subprocess.run(test, check=False, cwd="/", **_account()).returncode == 0


def _account():
    """Return options for :func:`subprocess.run` to run as the server's account."""
    if os.geteuid() != 0:
        return {}
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}


def as_server(*command):
    """Run a command as the server's account."""
    commands.run(command, paths.log("postgres"), cwd="/", **_account())


def _pg_ctl(action, *options):
    as_server(program("pg_ctl"), action, "--pgdata", home() / "data", *options)


def program(name):
    """Return the path of a program of PostgreSQL."""
    return Path(debian.program("postgresql")).with_name(name)


def write_for_server(path, text):
    """Write a file that only the server's account can read."""
    path.touch(mode=0o600)
    path.write_text(text)
    give_to_server(path)


def give_to_server(path):
    """Make the server's account the owner of a file or folder."""
    if _account():
        shutil.chown(path, ACCOUNT, ACCOUNT)


def _choose_port():
    """Keep the port of the last start if it is free: configurations may name it."""
    chosen = home() / "port"
    if not chosen.exists() or not ports.is_free(port()):
        write_for_server(chosen, str(ports.free_port()))


def _remove_stale_pid_file():
    """Remove the file of a killed server whose pid another program may have by now."""
    if (pid := server_pid()) and not _is_server(pid):
        (home() / "data" / "postmaster.pid").unlink()


def server_pid():
    """Return the pid in the server's file, or ``None``."""
    try:
        return int((home() / "data" / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


def _is_server(pid):
    return str(home() / "data") in processes.command_line(pid)
