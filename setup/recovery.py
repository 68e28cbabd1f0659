"""Recovery of the demo: its database is dumped, restored by a drill, and reported."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from . import addons, commands, in_odoo, paths, postgres, python_env, workplace
from .steps import step

FOLDER = paths.RUN / "backups"
MANIFEST = "reliability_recovery.cron_manifest"
SETTLED = 600
"""Seconds after which a file counts as written to its end."""
OBJECTIVES = {
    "reliability_stock.service_warehouse_execution": (15, 60),
    "reliability.service_platform": (60, 240),
}
"""Service → its recovery point and recovery time objective, in minutes."""


def run(server, admin):
    """Set objectives, make backups, report them, and restore them once."""
    for name, (point, duration) in OBJECTIVES.items():
        values = {"rpo_minutes": point, "rto_minutes": duration}
        admin.call("reliability.service", "write", [admin.ref(name)], values)
    with step("Making backups of the demo, and reporting them"):
        admin.run_scheduled(MANIFEST)
        dump, files = _back_up(server)
        _report(server, "backups", "--dumps", f"demo={dump.parent}")
        _report(server, "backups", "--filestore", f"files={files.parent}")
    with step("Restoring the backups, and working with what was restored"):
        _drill(server, dump, files)


def _back_up(server):
    """Return a dump of the database, and a copy of its files, newly made."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    dump, files = FOLDER / "dumps" / "demo.dump", FOLDER / "files" / "demo"
    dump.parent.mkdir(parents=True)
    program = postgres.program("pg_dump")
    commands.output(
        [program, "--format=custom", f"--file={dump}", server.database],
        env=postgres.environ(),
    )
    shutil.copytree(workplace.filestore(server.database), files)
    # A file that was written just now could grow; the begin of a dump is in it.
    earlier = time.time() - SETTLED
    for path in (dump, *files.rglob("*"), files):
        os.utime(path, (earlier, earlier))
    return dump, files


def _drill(server, dump, files):
    # The path of a socket must not be long, and this checkout may be deep.
    folder = Path(tempfile.mkdtemp(prefix="reliability-"))
    try:
        _report(
            *(server, "drill", "--folder", folder, "--evidence", FOLDER),
            *("--dump", dump, "--set", "demo", "--database", server.database),
            *("--filestore", files, "--filestore-set", "files", "--keep-free-gib", "1"),
        )
    finally:
        shutil.rmtree(folder)


def _report(server, kind, *arguments):
    """Run a command of the addon, which reports to Odoo with a key of its kind."""
    key = FOLDER / f"{kind}.key"
    key.touch(0o600)
    key.write_text(in_odoo.run("inbound_key_in_odoo", server, kind))
    folders = ",".join(map(str, addons.folders()))
    commands.run(
        [
            *(paths.PYTHON, paths.LAUNCHER, f"--addons-path={folders}"),
            *(f"reliability_{kind}", "--url", server.url, "--key-file", key),
            *arguments,
        ],
        paths.log(kind),
        cwd=paths.RUN,
        env=python_env.environ(),
    )
