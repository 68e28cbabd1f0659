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
)
from .carriers import Simulator
from .mail_server import MailServer
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
    with _odoo(databases.READY) as server:
        if until:
            story.tell(DATABASE, until)
        yield server


@contextmanager
def _shipping():
    """Run a server in which parcels were shipped just now, while carriers failed, as at
    the end of the demo.
    """
    with (
        Simulator() as carriers,
        _odoo(databases.FULL, SIMULATED_CARRIERS=carriers.url) as server,
    ):
        warehouse = demo.log_in(server, "warehouse")
        story_of_parcels.tell(server, warehouse, carriers.url)
        story.tell(DATABASE)
        yield server


@contextmanager
def _exchanging():
    """Run a server in which documents were exchanged just now with partners of whom one
    is silent and one sends garbage, as at the end of the demo.
    """
    with (
        partners.Simulator() as simulator,
        _odoo(databases.FULL, SIMULATED_PARTNERS=simulator.url) as server,
    ):
        admin = demo.log_in(server, "admin")
        story_of_documents.tell(server, admin, simulator.url)
        story.tell(DATABASE)
        yield server


@contextmanager
def _odoo(source, **variables):
    """Run Odoo on a copy of a database, which is dropped afterwards.

    :param variables: of its environment
    """
    with databases.copied(source, DATABASE), MailServer(FOLDER) as mail:
        server = OdooServer(DATABASE, FOLDER, options=mail.options, variables=variables)
        try:
            with step("Starting Odoo on a stage"):
                server.start()
                _make_visitors(demo.log_in(server, "admin"))
            yield server
        finally:
            server.stop()


def _make_visitors(admin):
    demo.make_users(admin)
    ids = admin.call("res.users", "search", [("login", "in", VISITORS)])
    admin.call("res.users", "write", ids, {"tz": ZONE})
