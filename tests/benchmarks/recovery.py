"""What heartbeats and the manifest cost production, with a million closed rows.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
from contextlib import contextmanager

from _one_side import print_actions, processor

from odoo import api
from odoo.orm.registry import Registry
from odoo.tools import SQL, config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability_recovery.manifest import (  # noqa: E402 - found by then
    TABLES,
    columns_of,
)

ROWS = 250_000
"""Of each table."""
CHECKS = 60
QUIET, WRITES, HOUR, FIGURES = (
    "a check in a minute without business writes",
    "a check with a heartbeat",
    "an hour: 60 checks with heartbeats, one run of the manifest",
    "the figures, less often than a thousandth of the time",
)
GOALS = {HOUR: 0.001 * 3600, QUIET: 0.02, WRITES: 0.03}
THRESHOLDS = {QUIET: 0.01, WRITES: 0.013, HOUR: 3, FIGURES: 0.6}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL.

The goal of all is 0.2 % of a core, and figures may take half of it.
"""


def fill(env):
    """Copy one closed row of each table, as written a week ago."""
    for table in TABLES.values():
        columns = columns_of(env.cr, table.name).keys() - {"id"}
        names = SQL(", ").join(map(SQL.identifier, sorted(columns)))
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(names)s FROM"
                " (SELECT * FROM %(table)s WHERE %(closed)s LIMIT 1) AS closed,"
                " generate_series(1, %(rows)s)",
                table=SQL.identifier(table.name),
                names=names,
                closed=SQL(table.closed),
                rows=ROWS,
            )
        )
        env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = now() - interval '7 days'",
                SQL.identifier(table.name),
            )
        )
        env.cr.commit()
        env.cr._cnx.autocommit = True
        env.cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table.name)))
        env.cr._cnx.autocommit = False


@contextmanager
def _undone(env):
    """Undo what the block has written."""
    env.cr.execute("SAVEPOINT hour")
    yield
    env.cr.execute("ROLLBACK TO SAVEPOINT hour")
    env.invalidate_all()


def actions(env, clock):
    """Return name → function of a `Sample`; nothing is kept."""
    heartbeats = env["reliability.recovery.heartbeat"]
    manifests = env["reliability.recovery.manifest"]
    figures = env["reliability.recovery.figures"]

    def with_heartbeat():
        with _undone(env):
            heartbeats._check()
            env.flush_all()

    def hour():
        for _minute in range(CHECKS):
            with_heartbeat()
        manifests._update()

    def side(function):
        def once(sample):
            env.cr.commit()  # a transaction of its own, as in production
            env.invalidate_all()
            with sample.timed(clock):
                function()

        return once

    def make_figures():
        figures.search([]).unlink()
        figures._update()
        env.flush_all()

    def quiet(sample):
        with _undone(env):
            heartbeats._check()
            env.flush_all()
            with sample.timed(clock):
                heartbeats._check()

    return {
        QUIET: quiet,
        WRITES: side(with_heartbeat),
        HOUR: side(hour),
        FIGURES: side(make_figures),
    }


def main():
    registry = Registry(config["db_name"][0])
    with registry.cursor() as cr:
        fill(api.Environment(cr, api.SUPERUSER_ID, {}))
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        print_actions(
            f"with {len(TABLES) * ROWS:,} closed rows",
            actions(env, processor(cr)),
            THRESHOLDS,
            GOALS,
        )


if __name__ == "__main__":
    main()
