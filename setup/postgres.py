"""The PostgreSQL cluster of this workplace, on loopback.

PostgreSQL refuses to run as root, so then it runs as Debian's user ``postgres``.
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
"""For the cluster that others are copies of: its log of writes is copied, too."""
ADVICE = "read the log; `make clean` starts over with an empty cluster."


def start():
    """Run the cluster, created first if need be. Idempotent."""
    debian.ensure("postgresql")
    if is_running():
        say(f"-> PostgreSQL: runs on port {port()}")
        return
    _create()
    with step("Starting PostgreSQL", ADVICE):
        _forget_dead_server()
        _choose_port()
        options = f"-p {port()}"
        if workplace.name() == workplace.BUILD:
            options += f" {FEW_FILES}"
        _pg_ctl("start", "-w", "-l", home() / "server.log", "-o", options)


def stop():
    """Stop the cluster, if it runs; connections are ended."""
    if is_running():
        _pg_ctl("stop", "-w", "-m", "fast")


def crash():
    """End the server as a crash does: what is not on the disk yet is lost."""
    _pg_ctl("stop", "-w", "-m", "immediate")


def copy_from(source):
    """Make the cluster a copy of another workplace's, which must be stopped."""
    remove()
    _make_folder()
    copy = ["cp", "--archive", "--reflink=auto", _folder() / source, home()]
    commands.run(copy, paths.log("postgres"))
    (home() / "port").unlink(missing_ok=True)


def remove():
    """Delete the cluster, stopped first."""
    stop()
    shutil.rmtree(home(), ignore_errors=True)


def remove_all():
    """Delete the clusters of all workplaces, which must be stopped."""
    shutil.rmtree(_folder(), ignore_errors=True)


def workplaces():
    """The names of all workplaces that have a cluster."""
    return sorted(path.parent.name for path in _folder().glob("*/data"))


def home():
    """The cluster's folder: the server may be unable to enter the link to it."""
    return _folder() / workplace.name()


def exists():
    """Whether there is a cluster."""
    return (home() / "data").is_dir()


def is_running():
    """Whether the server of this cluster runs."""
    pid = server_pid()
    return bool(pid) and processes.is_alive(pid) and _is_server(pid)


def port():
    """The port, chosen at the first start and kept while it stays free."""
    return int((home() / "port").read_text())


def password(of=None):
    """The password of the roles ``postgres`` and ``odoo``; empty without a cluster.

    :param of: another workplace, instead of this one
    """
    path = _folder() / (of or workplace.name()) / "password"
    return path.read_text().strip() if path.exists() else ""


def environ():
    """The environment with which PostgreSQL's programs find the cluster."""
    return {
        **os.environ,
        "PGHOST": ports.LOOPBACK,
        "PGPORT": str(port()),
        "PGUSER": ACCOUNT,
        "PGPASSWORD": password(),
    }


def psql(statement, database="postgres"):
    """Run SQL as the superuser; the rows, unaligned, come back as text."""
    quiet = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    return commands.output(
        [_program("psql"), *quiet, "-v", "ON_ERROR_STOP=1", "-c", statement, database],
        env=environ(),
    )


def dump(database, *options):
    """What is in a database, as SQL without owners and comments.

    :param options: of ``pg_dump``.
    """
    command = [_program("pg_dump"), "--no-owner", "--no-privileges", "--inserts"]
    text = commands.output([*command, *options, database], env=environ())
    lines = (x for x in text.splitlines() if x and not x.startswith(("--", "\\")))
    return "\n".join(lines) + "\n"


def load(path, database):
    """Run the SQL in a file as Odoo's role, all of it or nothing."""
    owner = {"PGUSER": ROLE, "PGOPTIONS": "-c client_min_messages=warning"}
    commands.output(
        [
            *(_program("psql"), "--no-psqlrc", "--quiet", "--single-transaction"),
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
        _give_to_server(partial)
        _write_for_server(partial / "password", secrets.token_urlsafe(24))
        _as_server(
            *(_program("initdb"), "--pgdata", partial / "data", "--encoding=UTF8"),
            *("--locale=C.UTF-8", f"--username={ACCOUNT}"),
            *("--auth=scram-sha-256", f"--pwfile={partial / 'password'}"),
        )
        with (partial / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        shutil.rmtree(home(), ignore_errors=True)
        partial.rename(home())


def create_role():
    """Let Odoo's role be in the cluster."""
    psql(
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password()}';"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )


def _folder():
    """The folder of all clusters of this checkout."""
    return LINK.resolve()


def _make_folder():
    if LINK.exists():
        return
    LINK.unlink(missing_ok=True)  # it leads to a folder that is gone
    if _server_can_enter(paths.RUN):
        LINK.mkdir(mode=0o700)
    else:
        LINK.symlink_to(_folder_elsewhere())
    _give_to_server(LINK)


def _folder_elsewhere():
    """A folder beside the account's other files, always the same for this checkout."""
    mark = hashlib.sha256(str(paths.ROOT).encode()).hexdigest()[:12]
    folder = Path(pwd.getpwnam(ACCOUNT).pw_dir) / f"reliability-{mark}"
    say(f"   the user {ACCOUNT} cannot enter this checkout; data is in {folder}")
    shutil.rmtree(folder, ignore_errors=True)  # of a checkout that was deleted
    folder.mkdir(mode=0o700)
    return folder


def _server_can_enter(folder):
    test = ["test", "-x", folder]
    return subprocess.run(test, check=False, cwd="/", **_account()).returncode == 0


def _account():
    """The options of :func:`subprocess.run` to run as the server's account."""
    if os.geteuid() != 0:
        return {}
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}


def _as_server(*command):
    commands.run(command, paths.log("postgres"), cwd="/", **_account())


def _pg_ctl(action, *options):
    _as_server(_program("pg_ctl"), action, "--pgdata", home() / "data", *options)


def _program(name):
    return Path(debian.program("postgresql")).with_name(name)


def _write_for_server(path, text):
    path.touch(mode=0o600)
    path.write_text(text)
    _give_to_server(path)


def _give_to_server(path):
    if _account():
        shutil.chown(path, ACCOUNT, ACCOUNT)


def _choose_port():
    """Keep the port of the last start, which Odoo's configurations may have."""
    chosen = home() / "port"
    if not chosen.exists() or not ports.is_free(port()):
        _write_for_server(chosen, str(ports.free_port()))


def _forget_dead_server():
    """After kill -9 or a reboot its pid may be another program's by now."""
    if (pid := server_pid()) and not _is_server(pid):
        (home() / "data" / "postmaster.pid").unlink()


def server_pid():
    try:
        return int((home() / "data" / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


def _is_server(pid):
    return str(home() / "data") in processes.command_line(pid)
