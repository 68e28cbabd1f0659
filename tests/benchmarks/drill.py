"""How much longer a drill takes to restore and start than pgBackRest and PostgreSQL.

Both restore the same backup of a database of Odoo, in turn.  Compared is elapsed time,
since most of it is reading and writing files.  Prints a table in Markdown; ``make
bench`` saves it in ``docs/benchmarks.md``.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from odoo.tools import config

from setup import addons, debian, intervals, paired, paths, postgres, python_env, tables
from setup.pgbackrest import PORT, STANZA, BackedUpCluster, copy_repository

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

WHAT = "restore a backup, start PostgreSQL"
HEADS = ("", "a drill", "pgBackRest and PostgreSQL alone", "ratio (95 %)")
LIMIT, GOAL = 1.3, 1.2
"""Ratios of time."""
NOTHING = "nothing"
"""A database that is not in the backup: the drill ends once the server runs."""
ADDONS = ",".join(map(str, addons.folders()))


@contextmanager
def backed_up(database):
    """Give a cluster with a full backup of a database, and a copy of its repository.

    The copy is ours: a drill has no rights over files of the server's account.
    """
    with (
        BackedUpCluster() as cluster,
        tempfile.TemporaryDirectory(prefix="reliability-") as folder,
    ):
        cluster.copy_database(database, database)
        cluster.back_up("full")
        copy_repository(cluster.folder, Path(folder))
        yield cluster, Path(folder)


def drill(folder):
    """Return a side: the phases of a drill until PostgreSQL runs."""
    work = folder / "drills"
    work.mkdir()
    options = {"--folder": work, "--pgbackrest": STANZA, "--database": NOTHING}
    options["--keep-free-gib"] = 1
    arguments = [str(part) for option in options.items() for part in option]
    odoo = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={ADDONS}"]
    command = [*odoo, "reliability_drill", "--print", *arguments]
    environ = python_env.environ(PGBACKREST_CONFIG=str(folder / "pgbackrest.conf"))

    def side(sample):
        done = subprocess.run(command, env=environ, capture_output=True, check=False)
        evidence = json.loads(done.stdout)
        assert NOTHING in evidence["error"]["text"], evidence["error"]
        seconds = {one["name"]: one["seconds"] for one in evidence["phases"]}
        sample.seconds = sample.cost = seconds["fetch"] + seconds["start"]

    return side


def alone(cluster):
    """Return a side: the same by the programs alone, as the server's account."""
    folder = cluster.folder / "restored"
    common = f"--config={cluster.config}", f"--stanza={STANZA}", "--repo=1"
    restore = [debian.program("pgbackrest"), *common, f"--pg1-path={folder}"]
    restore += ["--archive-mode=off", "--process-max=4", "restore"]
    options = f"-c unix_socket_directories={folder} -c fsync=off"
    control = [postgres.program("pg_ctl"), "--pgdata", folder, "-w"]
    environ = {**cluster.environ, "PGHOST": str(folder), "PGPORT": str(PORT)}

    def side(sample):
        with sample.timed():
            folder.mkdir(mode=0o700)
            postgres.give_to_server(folder)
            postgres.as_server(*restore)
            postgres.as_server(*control, "start", "-l", f"{folder}.log", "-o", options)
            while postgres.psql("SELECT pg_is_in_recovery()", server=environ) != "f":
                # Half of a drill's own pause: longer ones would count as time.
                time.sleep(0.05)
        postgres.as_server(*control, "stop", "-m", "immediate")
        shutil.rmtree(folder)

    return side


def main():
    with backed_up(config["db_name"][0]) as (cluster, folder):
        sides = paired.Sides(drill(folder), alone(cluster))
        runs = paired.run({WHAT: sides}, intervals.FEWEST)[WHAT]
    about = WHAT, runs, paired.Runs.ratios, "ms", LIMIT, GOAL
    tables.print_rows(HEADS, [tables.row(*about, elapsed=True)])


if __name__ == "__main__":
    main()
