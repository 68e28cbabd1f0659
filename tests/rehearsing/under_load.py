"""Rehearsals while users sell and ship; then the same work without rehearsals."""

import json
import statistics
import subprocess
from pathlib import Path
from typing import NamedTuple

from in_database import rollups
from waiting import wait_until

from setup import databases, in_odoo, paths
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

from .lock_probe import LockProbe
from .sellers import SELLERS, Seller, prepare
from .traces import traces, written_by

PROGRAM = Path(__file__).with_name("program.py")
INTERVAL = 300.0
"""Seconds between two rehearsals, as shipped."""
NAME = "rehearsals"
"""The name of connections of rehearsals."""


class Found(NamedTuple):
    """What was found.

    :ivar runs: the runs, as :mod:`.program` prints them
    :ivar rounds: orders that each seller has shipped meanwhile
    :ivar differences: what differs after the same work without rehearsals → both values
    :ivar written: tables with rows of the user of rehearsals → their number
    :ivar confirmations: measured ones: outcome → number, with and without rehearsals
    :ivar locks: the probe
    """

    runs: list
    rounds: list
    differences: dict
    written: dict
    confirmations: tuple
    locks: LockProbe

    @property
    def failed(self):
        """The runs that did not pass, nor were slow."""
        return [run for run in self.runs if run["state"] == "failed"]

    @property
    def share(self):
        """The share of a worker that a rehearsal needs at its interval."""
        return statistics.mean(run["seconds"] for run in self.runs) / INTERVAL

    def __str__(self):
        seconds = sorted(run["seconds"] for run in self.runs)
        slowest, median = seconds[-1], statistics.median(seconds)
        return (
            f"\n{len(self.runs)} rehearsals, {len(self.failed)} failed;"
            f" {sum(self.rounds)} orders of users shipped meanwhile"
            f"\nmedian {median:.2f} s, slowest {slowest:.2f} s:"
            f" {100 * self.share:.2f} % of a worker"
            f"\nlongest wait of a user for a lock of ours:"
            f" {1000 * self.locks.longest:.0f} ms, in {self.locks.samples} samples"
            f" with at most {1000 * self.locks.longest_gap:.0f} ms between two;"
            f" PostgreSQL logged {self.locks.too_long} that were too long"
        )


def rehearse_under_load(name, folder, count):
    """Rehearse while users work, and repeat their work in a copy of the database.

    :param name: of databases to make; they are dropped at the end
    :param count: of rehearsals
    :rtype: Found
    """
    without = f"{name}_without"
    with (
        databases.copied(databases.READY, name),
        databases.copied(databases.READY, without),
    ):
        with _server(name, folder / "with") as server:
            rehearser = _prepare(server)
            runs, rounds, locks = _work_and_rehearse(server, count)
            confirmed = _measured(name, sum(rounds))
        with _server(without, folder / "without") as server:
            _prepare(server)
            _work(server, rounds)
            _rehearse(server, 0).communicate()
            confirmed_without = _measured(without, sum(rounds))
        before, after = traces(without), traces(name)
        return Found(
            runs,
            rounds,
            {
                what: (before.get(what), after.get(what))
                for what in before | after
                if before.get(what) != after.get(what)
            },
            written_by(name, rehearser),
            (confirmed, confirmed_without),
            locks,
        )


def _prepare(server):
    """Create the sellers, and a user as whom the journey runs; return its id."""
    user = ApiUser(server.url, server.database, "admin", "admin")
    rehearser = prepare(user)
    journey = [user.ref("reliability_synthetic.journey_order_to_shipment")]
    values = {"user_id": rehearser, "max_attempts": 1}
    user.call("reliability.synthetic.journey", "write", journey, values)
    return rehearser


def _server(database, folder):
    """Return a server that does nothing by itself, so that all rows are users'."""
    options = {"max_cron_threads": 0}
    return OdooServer(database, folder, workers=SELLERS, options=options)


def _work_and_rehearse(server, count):
    sellers = [Seller(server, number) for number in range(SELLERS)]
    with LockProbe(server.database, NAME) as locks:
        for seller in sellers:
            seller.start()
        wait_until(lambda: all(seller.rounds for seller in sellers))
        printed, errors = _rehearse(server, count).communicate()
    rounds = [seller.end() for seller in sellers]
    runs = [json.loads(line) for line in printed.splitlines()]
    assert len(runs) == count, errors
    return runs, rounds, locks


def _work(server, rounds):
    """Repeat the work of sellers."""
    sellers = [Seller(server, number, wanted) for number, wanted in enumerate(rounds)]
    for seller in sellers:
        seller.start()
    for seller in sellers:
        seller.end()


def _rehearse(server, count):
    """Start a program that rehearses, see :mod:`.program`; return its process."""
    environ = in_odoo.environ(server)
    return subprocess.Popen(
        [paths.PYTHON, PROGRAM, str(count)],
        cwd=paths.RUN,
        env=environ | {"PYTHONPATH": str(paths.ROOT), "PGAPPNAME": NAME},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _measured(database, orders):
    """Return the measured confirmations, once those of users are in rollups."""
    wait_until(lambda: sum(rollups(database).values()) >= orders)
    return rollups(database)
