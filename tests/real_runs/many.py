"""Many real runs; some are killed, and what they leave is cleaned up an hour later."""

import contextlib
import os
import random
import signal
import statistics
import subprocess
import time
from collections import Counter
from concurrent.futures import Future
from typing import NamedTuple

from inbound import make_key
from waiting import wait_until

from setup import databases, postgres, python_env, synthetic_company
from setup.odoo_server import OdooServer
from setup.probe import Probe
from setup.traffic import ApiUser
from setup.web_user import WebUser

from . import business, records, reports
from .left import Left
from .relay import AFTER, BEFORE, DURING, Interruption, Relay

SHIPMENT = "order_to_shipment_http"
JOURNEYS = SHIPMENT, "portal_order", "integration_api"
PROBE, WORKERS = "probe", "workers"
ENDS = (
    *((PROBE, moment) for moment in (BEFORE, DURING, AFTER)),
    *((WORKERS, moment) for moment in (BEFORE, DURING, AFTER)),
    None,
)
"""Who is killed, and when; the first run of each journey is not interrupted."""
EACH_ONCE = len(JOURNEYS) + len(ENDS)
_MAX_LOCKS = 150
_SEED = 27
_CLEAN_UP = "reliability_synthetic.cron_clean_up"
_TWO_HOURS_AGO = """
    UPDATE sale_order SET create_date = create_date - interval '2 hours'
     WHERE company_id IN (SELECT company_id FROM reliability_synthetic_company)
"""
_OPEN = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL
"""


class Run(NamedTuple):
    """A run, and how it ended.

    :ivar killed: who, and when; ``None``: nobody
    :ivar passed: whether the probe has said so
    """

    journey: str
    killed: tuple | None
    passed: bool
    requests: int
    seconds: float
    output: str


class Found(NamedTuple):
    """What was found.

    :ivar figures, records: of the business, before and after
    :ivar elsewhere: what was stored outside of the company, before and after
    :ivar left: in the company; ``begin`` is that before the first run
    :ivar to_clean_up: documents of killed runs, before Odoo has cleaned them up
    """

    runs: list
    figures: tuple
    records: tuple
    elsewhere: tuple
    begin: Left
    left: Left
    to_clean_up: dict

    @property
    def failed(self):
        """The runs that did not pass, although nobody was killed."""
        return [run for run in self.runs if not (run.killed or run.passed)]

    @property
    def shipped(self):
        """The number of orders that remain."""
        return self.left.documents.get("orders cancel", 0)

    @property
    def may_be_shipped(self):
        """The least and the largest number of orders that the runs have shipped."""
        shipments = [run for run in self.runs if run.journey == SHIPMENT]
        return sum(run.passed for run in shipments), len(shipments)

    @property
    def changed_figures(self):
        """What other companies read differently → before and after."""
        return _differences(*self.figures)

    @property
    def changed_records(self):
        """What is recorded differently of the business → before and after."""
        return _differences(*self.records)

    @property
    def changed_elsewhere(self):
        """What is stored differently → before and after."""
        return _differences(*self.elsewhere)

    @property
    def remaining(self):
        """What remains, if it is what was shipped: documents → their number."""
        return {
            "orders cancel": self.shipped,
            "transfers incoming done": self.shipped,
            "transfers outgoing done": self.shipped,
        }

    def __str__(self):
        ends = Counter(
            " ".join(run.killed) if run.killed else "nobody" for run in self.runs
        )
        whole = [run.seconds for run in self.runs if not run.killed]
        killed = ", ".join(f"{name} {count}" for name, count in ends.items())
        return (
            f"\n{len(self.runs)} runs, {sum(run.passed for run in self.runs)} passed;"
            f" killed: {killed}"
            f"\na run that is not interrupted: median {statistics.median(whole):.1f} s"
            f" and {max(run.requests for run in self.runs)} requests at most"
            f"\nleft by killed runs: {self.to_clean_up}"
            f"\nremaining: {self.left.documents}"
        )


def run_many(name, folder, count):
    """Make runs in a database of that name, which is dropped at the end.

    :param count: of runs
    :rtype: Found
    """
    options = {"max_cron_threads": 0}
    with (
        databases.copied(databases.PROBED, name),
        OdooServer(name, folder, options=options) as server,
    ):
        return _Runs(server, folder).found(count)


def _differences(before, after):
    """Return what differs → both values."""
    return {
        what: (before.get(what), after.get(what))
        for what in before | after
        if before.get(what) != after.get(what)
    }


class _Runs:
    def __init__(self, server, folder):
        self._server, self._folder = server, folder
        self._admin = ApiUser(server.url, server.database, "admin", "admin")
        self._chance = random.Random(_SEED)
        self._requests = {}

    def found(self, count):
        everywhere = WebUser(self._server, "admin")
        business.work(everywhere)
        users = [self._reader(company) for company in business.COMPANIES]
        users.append((everywhere, self._companies_of_admin()))
        figures = [self._figures(users)]
        recorded = [records.read(self._server, self._admin)]
        self._accounts = synthetic_company.new_accounts(self._server)
        self._key = make_key(self._admin, "synthetic")
        begin = self._left()
        elsewhere = [begin.elsewhere()]
        runs = [self._run(number) for number in range(count)]
        wait_until(self._is_idle)
        to_clean_up = self._left().documents
        postgres.psql(_TWO_HOURS_AGO, self._server.database)
        self._admin.run_scheduled(_CLEAN_UP)
        left = self._left()
        elsewhere.append(left.elsewhere())
        figures.append(self._figures(users))
        recorded.append(records.read(self._server, self._admin))
        both = tuple(figures), tuple(recorded), tuple(elsewhere)
        return Found(runs, *both, begin, left, to_clean_up)

    def _reader(self, company):
        return business.make_user(self._server, self._admin, company), [company]

    def _companies_of_admin(self):
        admin = [("login", "=", "admin")]
        found = self._admin.call("res.users", "search_read", admin, ["company_ids"])
        return found[0]["company_ids"]

    def _figures(self, users):
        return {
            f"{report}, companies {companies}": found
            for user, companies in users
            for report, found in reports.read(user, companies).items()
        }

    def _left(self):
        return Left(self._server.database, self._admin)

    def _run(self, number):
        journey, later = JOURNEYS[number % len(JOURNEYS)], number - len(JOURNEYS)
        killed = ENDS[later % len(ENDS)] if later >= 0 else None
        probe = Future()
        with Relay(self._server, self._interruption(journey, killed, probe)) as relay:
            begin = time.monotonic()
            output, code = self._end_of(relay, journey, probe)
            seconds = time.monotonic() - begin
        if not killed:
            self._requests[journey] = relay.requests
        return Run(journey, killed, code == 0, relay.requests, seconds, output)

    def _interruption(self, journey, killed, probe):
        """Return what is done to a request that is chosen at random."""
        if not killed:
            return None
        (who, moment), chance = killed, self._chance
        # The first one asks for the address only.
        number = chance.randint(2, self._requests[journey])
        act = self._kill_workers if who == WORKERS else lambda: probe.result().kill()
        return Interruption(number, moment, chance.randint(1, _MAX_LOCKS), act)

    def _end_of(self, relay, journey, started):
        """Run the probe to its end; return what it has printed, and its exit code."""
        once = "--once", "--attempts", "1"
        probe = Probe(
            self._server, self._folder, self._accounts, self._key, address=relay.url
        )
        process = subprocess.Popen(
            probe.command(journey, *once),
            env=python_env.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.set_result(process)
        try:
            output, _nothing = process.communicate()
        finally:
            process.kill()
            process.wait()
        return output, process.returncode

    def _is_idle(self):
        """Whether no transaction of a killed worker is open."""
        return postgres.psql(_OPEN, self._server.database) == "0"

    def _kill_workers(self):
        for pid in self._server.worker_pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
