"""A demo server whose scenario stands at a given phase, for browser tests and pictures.

The server has a database of its own, which is dropped afterwards; the database of
``make demo`` is not touched.
"""

import datetime
from contextlib import contextmanager

from . import (
    busy_machine,
    databases,
    demo,
    partners,
    paths,
    scenario,
    scenario_of_checks,
    scenario_of_deployments,
    scenario_of_documents,
    scenario_of_drift,
    scenario_of_jobs,
    scenario_of_parcels,
    scenario_of_platform,
    telemetry_folders,
)
from .carriers import Simulator
from .demo_odoo import DemoOdoo
from .mail_server import MailServer
from .steps import step

DATABASE = "reliability_demo_server"
FOLDER = paths.RUN / "demo-server"
USERS = ["admin", *demo.USERS]
"""Logins that may open the cockpit."""
# A time zone in which it is two in the afternoon now; POSIX counts to the west.
ZONE = f"Etc/GMT{datetime.datetime.now(datetime.UTC).hour - 14:+d}"


SHIPPED, EXCHANGED, QUEUED = "shipped", "exchanged", "queued"
DRIFTED = "drifted"
CHECKED = "checked"
HELD_OPEN = "held open"
ALL = "all"
NEW = "new"
NEW_DATABASE = "reliability_new_database"
NEW_MODULES = ["reliability_dashboard", "reliability_delivery", "reliability_platform"]
"""What the administrator of a new database installs; the other addons follow."""


def running(until):
    """Run a server for the block, at a phase of the scenario.

    :param until: ``slow``, ``failing`` or ``recovery``; ``shipped``: after the scenario
        of parcels; ``exchanged``: after that of documents; ``queued``: after that of
        jobs; ``all``: after these three and synthetic checks, as ``make demo``;
        ``drifted``: after somebody has changed settings by hand; ``checked``: after a
        synthetic check that failed, and those that passed; ``held open``: while a
        transaction is open for too long; ``new``: a database without demo data;
        ``None``: no scenario
    """
    if until == NEW:
        return _new()
    if until == DRIFTED:
        return _drifted()
    if until == CHECKED:
        return _checked()
    if until == HELD_OPEN:
        return _held_open()
    scenarios = {
        SHIPPED: [_ship],
        EXCHANGED: [_exchange],
        QUEUED: [_queue],
        ALL: [_queue, _ship, _exchange, _check],
    }
    return _with(scenarios[until]) if until in scenarios else _with_rollups(until)


@contextmanager
def _with_rollups(until):
    with _odoo(databases.READY, until) as server:
        if until:
            scenario.write(server, until)
        yield server


@contextmanager
def _drifted():
    with _with_rollups("recovery") as server:
        scenario_of_drift.run(demo.log_in(server, "admin"))
        yield server


@contextmanager
def _checked():
    with _with_rollups("recovery") as server:
        admin = demo.log_in(server, "admin")
        scenario_of_checks.fail(admin)
        _run_checks(server, admin)
        yield server


@contextmanager
def _held_open():
    with _with_rollups("recovery") as server:
        admin = demo.log_in(server, "admin")
        with scenario_of_platform.open_transaction(server, admin):
            yield server


@contextmanager
def _new():
    """Run a server on a database of its own, where nothing has happened."""
    try:
        with step("Installing a new database (a minute)"):
            databases.drop(NEW_DATABASE)
            databases.install(NEW_DATABASE, NEW_MODULES)
            databases.make_assets(NEW_DATABASE)
        with _serve(NEW_DATABASE, paths.RUN / "new-database") as server:
            _set_zone(demo.log_in(server, "admin"))
            yield server
    finally:
        databases.drop(NEW_DATABASE)


@contextmanager
def _with(scenarios):
    """Run a server after real work with simulated carriers and partners."""
    with (
        Simulator() as carriers,
        partners.Simulator() as simulator,
        _odoo(
            databases.FULL,
            SIMULATED_CARRIERS=carriers.url,
            SIMULATED_PARTNERS=simulator.url,
        ) as server,
    ):
        # First what is written, since it happened earlier.
        scenario.write(server)
        for run in scenarios:
            run(server, carriers.url, simulator.url)
        admin = demo.log_in(server, "admin")
        scenario.evaluate(admin)
        scenario_of_deployments.decide(admin)
        yield server


def _ship(server, carriers_url, _partners_url):
    """Ship parcels while carriers fail."""
    warehouse = demo.log_in(server, "warehouse")
    scenario_of_parcels.run(server, warehouse, carriers_url)


def _exchange(server, _carriers_url, partners_url):
    """Exchange documents with partners that fail."""
    scenario_of_documents.run(server, demo.log_in(server, "admin"), partners_url)


def _queue(server, _carriers_url, partners_url):
    """Run jobs that fail and kill their workers."""
    scenario_of_jobs.run(server, demo.log_in(server, "admin"), partners_url)


def _check(server, _carriers_url, _partners_url):
    """Run synthetic checks, which pass."""
    _run_checks(server, demo.log_in(server, "admin"))


def _run_checks(server, admin):
    scenario_of_checks.run(server, admin)
    scenario_of_checks.run_over_http(server, admin)


@contextmanager
def _odoo(source, until=None, **variables):
    """Run Odoo on a copy of a database, which is dropped afterwards.

    :param until: the phase of the scenario that will be written
    :param variables: added to the server's environment
    """
    options = {
        "variables": variables,
        "reliability": scenario_of_deployments.options(until),
        "channels": scenario_of_jobs.CHANNELS,
    }
    with (
        databases.copied(source, DATABASE),
        _serve(DATABASE, FOLDER, **options) as server,
    ):
        admin = demo.log_in(server, "admin")
        demo.make_users(admin)
        _set_zone(admin)
        yield server


@contextmanager
def _serve(database, folder, **options):
    """Run Odoo on a database.

    :param options: of :class:`.DemoOdoo`
    """
    # An earlier run has counted what happened in another database of the same name.
    telemetry_folders.remove(folder)
    busy_machine.allow_for(database)
    with MailServer(folder) as mail:
        server = DemoOdoo(database, folder, options=mail.options, **options)
        try:
            with step("Starting the demo server"):
                server.start()
            yield server
        finally:
            server.stop()
            telemetry_folders.remove(folder)


def _set_zone(admin):
    """Let it be afternoon for the users."""
    ids = admin.call("res.users", "search", [("login", "in", USERS)])
    admin.call("res.users", "write", ids, {"tz": ZONE})
