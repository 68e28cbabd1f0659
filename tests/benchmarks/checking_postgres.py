"""A check of PostgreSQL compared with a scrape of Debian's exporter.

Both check the same private cluster, in turn.  Compared is processor time: that of the
program and that of PostgreSQL.  Prints a table in Markdown; ``make bench`` saves it in
``docs/benchmarks.md``.
"""

import sys
import time
from contextlib import closing

import psutil

from setup import paired, paths, tables

sys.path.insert(0, str(paths.ROOT / "tests"))

from cluster_watch import ClusterWatch, connector, private_clusters

from setup.postgres_exporter import PostgresExporter

ROLE = "warehouse"
SESSIONS, STATEMENTS, DATABASES = 50, 1000, 10
CHECKS = 20
"""Of each run: processor time of ended processes is known in hundredths of a second."""
WHAT = f"{SESSIONS} connections, {DATABASES} databases, {STATEMENTS:,} statements"
GOAL = 1.0
THRESHOLD = 0.9
HEADS = ("", "a check", "a scrape", "ratio (95 %)")
CONFIGURATION = """
max_connections = 100
autovacuum = off
shared_preload_libraries = pg_stat_statements
pg_stat_statements.track = all
"""
CALL_MANY = f"""
    DO $$ BEGIN
        FOR n IN 1..{STATEMENTS} LOOP EXECUTE 'SELECT 1' || repeat(', 1', n); END LOOP;
    END $$
"""


def processor_time(cluster):
    """Return the seconds for which all processes of a cluster have computed."""
    pid = (cluster.folder / "data" / "postmaster.pid").read_text().split("\n")[0]
    server = psutil.Process(int(pid))
    own = server.cpu_times()
    ended = own.user + own.system + own.children_user + own.children_system
    return ended + sum(map(_seconds, server.children()))


def _seconds(process):
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0  # it ended meanwhile
    return times.user + times.system


def main():
    with private_clusters("a") as (cluster,):
        cluster.create(CONFIGURATION)
        cluster.psql(f"CREATE ROLE {ROLE} LOGIN IN ROLE pg_monitor")
        cluster.psql("CREATE EXTENSION pg_stat_statements")
        for number in range(DATABASES):
            cluster.psql(f"CREATE DATABASE shop_{number}")
        cluster.psql(CALL_MANY)
        connect = connector(cluster, user=ROLE)
        sessions = [closing(connect()) for _number in range(SESSIONS)]
        with ClusterWatch(cluster, user=ROLE) as watch:
            with PostgresExporter(cluster, ROLE) as exporter:
                runs = compare(cluster, watch, exporter)
        for session in sessions:
            session.thing.close()
    about = WHAT, runs, paired.Runs.ratios, "ms"
    tables.print_rows(HEADS, [tables.row(*about, THRESHOLD, GOAL)])


def compare(cluster, watch, exporter):
    """Return `Runs` of both."""

    def ours(sample):
        def clock():
            return time.process_time() + processor_time(cluster)

        with sample.timed(clock, CHECKS):
            for _check in range(CHECKS):
                watch.check()

    def theirs(sample):
        def clock():
            return exporter.processor_time() + processor_time(cluster)

        with sample.timed(clock, CHECKS):
            for _scrape in range(CHECKS):
                exporter.scrape()

    return paired.run({"": paired.Sides(ours, theirs)})[""]


if __name__ == "__main__":
    main()
