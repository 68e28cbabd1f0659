"""The demo on a stage: its story has come so far just now, for tests and pictures.

It is played in a database of its own, which is dropped afterwards; the demo itself
stays as it is.
"""

import datetime
from contextlib import contextmanager

from . import (
    databases,
    demo,
    partners,
    paths,
    story,
    story_of_documents,
    story_of_parcels,
    testing,
)
from .carriers import Simulator
from .odoo_server import OdooServer
from .steps import step

DATABASE = "reliability_stage"
FOLDER = paths.RUN / "stage"
VISITORS = ["admin", *demo.USERS]  # who may look at the cockpit
# Where they are it is the afternoon, whatever the time here; POSIX counts to the west.
ZONE = f"Etc/GMT{datetime.datetime.now(datetime.UTC).hour - 14:+d}"


SHIPPED, EXCHANGED = "shipped", "exchanged"


def playing(until):
    """Run a server in which the story has just come so far.

    :param until: ``slow``, ``failing`` or ``recovery``; ``shipped``: the story of
        parcels; ``exchanged``: that of documents; nothing for no story at all
    """
    others = {SHIPPED: _shipping, EXCHANGED: _exchanging}
    return others[until]() if until in others else _working(until)


@contextmanager
def _working(until):
    databases.ensure(testing.READY)
    databases.copy(testing.READY, DATABASE)
    server = OdooServer(DATABASE, FOLDER)
    try:
        with step("Starting Odoo on a stage"):
            server.start()
            _make_visitors(demo.log_in(server, "admin"))
        if until:
            story.tell(DATABASE, until)
        yield server
    finally:
        server.stop()
        databases.drop(DATABASE)


@contextmanager
def _shipping():
    """Run a server in which parcels were shipped just now, while carriers failed, as at
    the end of the demo.
    """
    databases.copy(testing.ensure_carriers(), DATABASE)
    with Simulator() as carriers:
        server = OdooServer(
            DATABASE, FOLDER, variables={"SIMULATED_CARRIERS": carriers.url}
        )
        try:
            with step("Starting Odoo on a stage"):
                server.start()
                _make_visitors(demo.log_in(server, "admin"))
            warehouse = demo.log_in(server, "warehouse")
            story_of_parcels.tell(server, warehouse, carriers.url)
            story.tell(DATABASE)
            yield server
        finally:
            server.stop()
            databases.drop(DATABASE)


@contextmanager
def _exchanging():
    """Run a server in which documents were exchanged just now with partners of whom one
    is silent and one sends garbage, as at the end of the demo.
    """
    databases.copy(testing.ensure_partners(), DATABASE)
    with partners.Simulator() as simulator:
        server = OdooServer(
            DATABASE, FOLDER, variables={"SIMULATED_PARTNERS": simulator.url}
        )
        try:
            with step("Starting Odoo on a stage"):
                server.start()
                _make_visitors(demo.log_in(server, "admin"))
            admin = demo.log_in(server, "admin")
            story_of_documents.tell(server, admin, simulator.url)
            story.tell(DATABASE)
            yield server
        finally:
            server.stop()
            databases.drop(DATABASE)


def _make_visitors(admin):
    demo.make_users(admin)
    ids = admin.call("res.users", "search", [("login", "in", VISITORS)])
    admin.call("res.users", "write", ids, {"tz": ZONE})
