"""A demo server whose scenario stands at a given phase, for browser tests and pictures.

The server has a database of its own, which is dropped afterwards; the database of
``make demo`` is not touched.
"""

import datetime
from contextlib import contextmanager

from . import (
    databases,
    demo,
    partners,
    paths,
    scenario,
    scenario_of_documents,
    scenario_of_jobs,
    scenario_of_parcels,
)
from .carriers import Simulator
from .mail_server import MailServer
from .odoo_server import OdooServer
from .steps import step

DATABASE = "reliability_demo_server"
FOLDER = paths.RUN / "demo-server"
USERS = ["admin", *demo.USERS]
"""Logins that may open the cockpit."""
# A time zone in which it is two in the afternoon now; POSIX counts to the west.
ZONE = f"Etc/GMT{datetime.datetime.now(datetime.UTC).hour - 14:+d}"


SHIPPED, EXCHANGED, QUEUED = "shipped", "exchanged", "queued"


def running(until):
    """Run a server for the block, at a phase of the scenario.

    :param until: ``slow``, ``failing`` or ``recovery``; ``shipped``: after the scenario
        of parcels; ``exchanged``: after that of documents; ``queued``: after that of
        jobs; ``None``: no scenario
    """
    others = {SHIPPED: _with_parcels, EXCHANGED: _with_documents, QUEUED: _with_jobs}
    return others[until]() if until in others else _with_rollups(until)


@contextmanager
def _with_rollups(until):
    with _odoo(databases.READY) as server:
        if until:
            scenario.write(DATABASE, until)
        yield server


@contextmanager
def _with_parcels():
    """Run a server after parcels were shipped while carriers failed."""
    with (
        Simulator() as carriers,
        _odoo(databases.FULL, SIMULATED_CARRIERS=carriers.url) as server,
    ):
        warehouse = demo.log_in(server, "warehouse")
        scenario_of_parcels.run(server, warehouse, carriers.url)
        scenario.write(DATABASE)
        yield server


@contextmanager
def _with_documents():
    """Run a server after documents were exchanged with failing partners."""
    with (
        partners.Simulator() as simulator,
        _odoo(databases.FULL, SIMULATED_PARTNERS=simulator.url) as server,
    ):
        admin = demo.log_in(server, "admin")
        scenario_of_documents.run(server, admin, simulator.url)
        scenario.write(DATABASE)
        yield server


@contextmanager
def _with_jobs():
    """Run a server after jobs failed and killed their workers."""
    with (
        partners.Simulator() as simulator,
        _odoo(databases.FULL, SIMULATED_PARTNERS=simulator.url) as server,
    ):
        admin = demo.log_in(server, "admin")
        scenario_of_jobs.run(server, admin, simulator.url)
        scenario.write(DATABASE)
        yield server


@contextmanager
def _odoo(source, **variables):
    """Run Odoo on a copy of a database, which is dropped afterwards.

    :param variables: added to the server's environment
    """
    with databases.copied(source, DATABASE), MailServer(FOLDER) as mail:
        server = OdooServer(
            DATABASE,
            FOLDER,
            options=mail.options,
            variables=variables,
            channels=scenario_of_jobs.CHANNELS,
        )
        try:
            with step("Starting the demo server"):
                server.start()
                _make_users(demo.log_in(server, "admin"))
            yield server
        finally:
            server.stop()


def _make_users(admin):
    demo.make_users(admin)
    ids = admin.call("res.users", "search", [("login", "in", USERS)])
    admin.call("res.users", "write", ids, {"tz": ZONE})
