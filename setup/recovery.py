"""Recovery of the demo: its database is dumped, restored by a drill, and reported."""

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from . import addons, commands, in_odoo, paths, postgres, python_env, workplace
from .steps import step

FOLDER = paths.RUN / "backups"
MANIFEST = "reliability_recovery.cron_manifest"
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
        dump = _back_up("demo", "database", _dump, server)
        files = _back_up("files", "filestore", _copy_files, server)
        for name in ("demo", "files"):
            _run(server, "backups", "--report", FOLDER / f"{name}.json")
    with step("Restoring the backups, and working with what was restored"):
        _drill(server, dump, files)


def _back_up(name, contents, make, server):
    """Make a backup, and a report of it; return its path."""
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    begin = _now()
    make(server, path)
    end = _now()
    backup = {
        "label": name,
        "repository": "demo",
        "type": "logical" if contents == "database" else contents,
        "begin": begin,
        "end": end,
        "size": sum(one.stat().st_size for one in (path, *path.rglob("*"))),
    }
    report = {
        "version": 1,
        "name": name,
        "contents": contents,
        "tool": "make demo",
        "taken_at": end,
        "repositories": [{"name": "demo", "elsewhere": False, "encrypted": False}],
        "backups": [backup],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(report))
    return path


def _dump(server, path):
    program = postgres.program("pg_dump")
    command = [program, "--format=custom", f"--file={path}", server.database]
    commands.output(command, env=postgres.environ())


def _copy_files(server, path):
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(workplace.filestore(server.database), path)


def _now():
    return datetime.now(UTC).isoformat(timespec="seconds")


def _drill(server, dump, files):
    # The path of a socket must not be long, and this checkout may be deep.
    folder = Path(tempfile.mkdtemp(prefix="reliability-"))
    try:
        _run(
            *(server, "drill", "--folder", folder, "--evidence", FOLDER),
            *("--dump", dump, "--set", "demo", "--database", server.database),
            *("--filestore", files, "--filestore-set", "files", "--keep-free-gib", "1"),
        )
    finally:
        shutil.rmtree(folder)


def _run(server, kind, *arguments):
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
