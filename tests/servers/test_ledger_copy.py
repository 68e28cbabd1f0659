"""A database is restored to an earlier state: what partners have is listed, and asked.

The ledger's copy is the only thing that is left of what was done since.
"""

import os
import signal
import subprocess

import pytest
from edi_documents import make
from evaluating import evaluate
from matrix import Driver
from shipping.driver import ShippingDriver

from setup import databases, odoo_config, partners, paths, postgres, python_env
from setup.carriers import Simulator
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

SOURCE = databases.FULL
FOLDER = paths.RUN / "test" / "ledger_copy"
COPY = FOLDER / "copy"
RESTORED = "reliability_ledger_restored"
PARTNER = "acme_corporation"
REFERENCES = "SELECT name, state FROM reliability_reference ORDER BY name"
DOCUMENT = """
    SELECT name FROM reliability_reference AS reference
      JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
     WHERE operation = 'send'
"""


def run_command(database, *options):
    """Run ``odoo reliability_ledger``; return what it prints."""
    config = FOLDER / f"{database}.conf"
    odoo_config.write(config, {"db_name": database})
    odoo = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"]
    process = subprocess.run(
        [*odoo, "reliability_ledger", "-c", config, *options],
        cwd=paths.RUN,
        env=python_env.environ(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def send_document(database):
    """Send an EDI document to its partner; return its number."""
    config = FOLDER / "edi.conf"
    odoo_config.write(config, {"db_name": database})
    (document,) = make(config, PARTNER, 1)
    with (
        partners.Simulator() as simulator,
        Driver("edi_driver.py", config, FOLDER / "pid") as driver,
    ):
        assert driver.run("ok", document, simulator.url, "commits") == 0
    return postgres.psql(DOCUMENT, database)


def restore(dump):
    databases.drop(RESTORED)
    owner = {**postgres.environ(), "PGUSER": postgres.ROLE}
    for command in (
        ("createdb", "--template=template0", RESTORED),
        ("pg_restore", f"--dbname={RESTORED}", "--no-owner", dump),
    ):
        subprocess.run(
            [postgres.program(command[0]), *command[1:]], env=owner, check=True
        )


class Disaster:
    """What was done before and after the state that is restored.

    :ivar older: number of a parcel of before
    :ivar lost: numbers of parcels and documents of after
    :ivar transfer: id of the transfer that is restored, and whose parcel is lost
    """

    def __init__(self, database, carriers):
        COPY.mkdir(parents=True, exist_ok=True)
        for file in COPY.iterdir():
            file.unlink()
        self._carriers = carriers
        dump = FOLDER / "earlier.dump"
        with ShippingDriver(database, FOLDER, carriers) as driver:
            self.older = self._ship(driver, *driver.prepare("dhl_parcel"))
            self.transfer, name = driver.prepare("mrw")
            assert run_command(database, "--copy", COPY) == "lines added: 1\n"
            self._dump(database, dump)
            self.parcel = self._ship(driver, self.transfer, name)
            other = self._ship(driver, *driver.prepare("dhl_parcel"))
            self.lost = {self.parcel, other, send_document(database)}
            run_command(database, "--copy", COPY)
            os.kill(driver.pid, signal.SIGKILL)
        databases.drop(database)
        restore(dump)

    def _ship(self, driver, delivery, name):
        assert driver.validate(delivery) == "done"
        (parcel,) = self._carriers.parcels(name)
        return parcel.number

    def _dump(self, database, file):
        subprocess.run(
            [postgres.program("pg_dump"), "-Fc", "-Z0", f"--file={file}", database],
            env=postgres.environ(),
            check=True,
        )


@pytest.fixture(scope="module")
def carriers():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def disaster(database, carriers):
    try:
        yield Disaster(database, carriers)
    finally:
        databases.drop(RESTORED)


@pytest.fixture(scope="module")
def listed(disaster):
    """The list of ``--compare``: its rows, each a list of cells."""
    printed = run_command(RESTORED, "--compare", COPY)
    *rows, end = printed.splitlines()
    assert end == f"in the copy, and not in the database: {len(disaster.lost)}"
    return [row.split("\t") for row in rows[1:]]


@pytest.fixture(scope="module")
def recorded(disaster, listed):
    """The references in the restored database: name → state."""
    run_command(RESTORED, "--compare", COPY, "--record")
    rows = postgres.psql(REFERENCES, RESTORED).splitlines()
    return dict(row.split("|") for row in rows)


@pytest.fixture(scope="module")
def admin(disaster, recorded, carriers):
    server = OdooServer(
        RESTORED, FOLDER / "server", variables={"SIMULATED_CARRIERS": carriers.url}
    )
    with server:
        yield ApiUser(server.url, RESTORED, "admin", "admin")


def test_exactly_what_was_done_since_is_listed(disaster, listed):
    assert {row[-1] for row in listed} == disaster.lost
    systems = {"dhl_parcel", "mrw", PARTNER}
    assert {row[1] for row in listed} == systems


def test_all_of_it_is_recorded_as_orphans_once(disaster, recorded):
    orphans = dict.fromkeys(disaster.lost, "orphaned")
    assert recorded == {disaster.older: "committed", **orphans}
    again = run_command(RESTORED, "--compare", COPY, "--record")
    assert again == "in the copy, and not in the database: 0\nrecorded: 0\n"
    rows = postgres.psql(REFERENCES, RESTORED).splitlines()
    assert dict(row.split("|") for row in rows) == recorded


def test_alerts_name_the_parcels(disaster, admin):
    evaluate(admin)
    alerts = admin.call("reliability.alert", "search_read", [], ["text"])
    texts = " ".join(alert["text"] for alert in alerts)
    assert disaster.parcel in texts


def test_its_transfer_asks_before_another_label_is_bought(disaster, admin, carriers):
    fields = ["state", "reliability_orphan_text"]
    (transfer,) = admin.call("stock.picking", "read", [disaster.transfer], fields)
    assert transfer["state"] == "assigned"
    assert disaster.parcel in transfer["reliability_orphan_text"]
    before = len(carriers.parcels())
    action = admin.call("stock.picking", "button_validate", [disaster.transfer])
    assert action["res_model"] == "reliability.resolve"
    assert len(carriers.parcels()) == before


def test_the_copy_goes_on(admin):
    run_command(RESTORED, "--copy", COPY)
    assert run_command(RESTORED, "--copy", COPY) == "lines added: 0\n"
    printed = run_command(RESTORED, "--compare", COPY)
    assert printed == "in the copy, and not in the database: 0\n"
