"""A primary that crashes while orders are confirmed, restored from what is archived.

The load knows which orders were acknowledged, and when: what the drill and Odoo say of
the loss must agree with it.
"""

import http.client
import os
import shutil
import tempfile
import threading
import xmlrpc.client
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from drilling import Drills, in_odoo
from evaluating import evaluate
from inbound import make_key
from waiting import wait_until

from setup import databases, paths, traffic, workplace
from setup.odoo_server import OdooServer
from setup.pgbackrest import PORT, STANZA, BackedUpCluster, copy_repository

DATABASE = "reliability_failing"
FOLDER = paths.RUN / "test" / "failure"
HEARTBEAT = timedelta(minutes=1)
"""The time between two heartbeats of a database that is busy."""


class Load:
    """Makes and confirms one order after the other until the server is gone.

    :ivar orders: the ids of orders
    :ivar acknowledged: the id of an order → when it was answered that it is confirmed
    """

    def __init__(self, user):
        self._user = user
        self.orders, self.acknowledged = [], {}
        self._has_ended = False
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._has_ended = True
        self._thread.join()

    def wait_for(self, count):
        """Wait until so many more orders are acknowledged."""
        wanted = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= wanted)

    def _run(self):
        with suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            while not self._has_ended:
                (order,) = traffic.make_orders(self._user, 1)
                self.orders.append(order)
                self._user.call("sale.order", "action_confirm", [order])
                self.acknowledged[order] = datetime.now(UTC)


class Failure(NamedTuple):
    """What is known of the failure.

    :ivar acknowledged: the id of an order → when it was answered that it is confirmed
    :ivar names: the id of an order that production has confirmed → its name
    :ivar evidence: of the drill
    :ivar drill: as Odoo has stored it
    """

    failed_at: datetime
    acknowledged: dict
    names: dict
    evidence: dict
    drill: dict

    @property
    def heartbeat(self):
        return datetime.fromisoformat(self.evidence["heartbeats"]["database"])

    @property
    def inside(self):
        """The orders in the restored copy, as the drill has listed them."""
        (found,) = [
            one for one in self.evidence["documents"] if one["table"] == "sale_order"
        ]
        return set(found["ids"])


@pytest.fixture(scope="module")
def cluster():
    """The primary, with a copy of the database that Odoo's role owns."""
    with BackedUpCluster() as running:
        running.copy_database(databases.PROBED, DATABASE)
        yield running


@pytest.fixture(scope="module")
def server(cluster):
    files = workplace.filestore(DATABASE)
    shutil.rmtree(files, ignore_errors=True)
    shutil.copytree(workplace.filestore(databases.PROBED), files, copy_function=os.link)
    options = {
        "db_host": cluster.folder,
        "db_port": PORT,
        "db_password": "",
        "max_cron_threads": 0,
    }
    with OdooServer(DATABASE, FOLDER, workers=2, options=options) as server:
        yield server
    shutil.rmtree(files)


@pytest.fixture(scope="module")
def failure(server, cluster, tmp_path_factory):
    """Crash the primary under load, drill what is archived, start the primary again."""
    user = traffic.ApiUser(server.url, DATABASE, "admin", "admin")
    folder = tmp_path_factory.mktemp("failure")
    key = folder / "key"
    key.touch(0o600)
    key.write_text(make_key(user, "drill"))
    cluster.back_up("full")
    with Load(user) as load:
        load.wait_for(5)
        evaluate(user)
        load.wait_for(5)
        segment = cluster.archive()
        wait_until(lambda: cluster.segment_files(segment))
        load.wait_for(5)
        cluster.stop()
        failed_at = datetime.now(UTC)
    repository = copy_repository(cluster.folder, folder)
    files = shutil.copytree(workplace.filestore(DATABASE), folder / "files")
    server.stop()
    cluster.start()
    server.start()
    with tempfile.TemporaryDirectory(prefix="reliability-") as drills:
        process, evidence = Drills(server, key, Path(drills)).run(
            *("--pgbackrest", STANZA, "--filestore", files),
            *("--failed-at", failed_at.isoformat()),
            PGBACKREST_CONFIG=str(repository),
        )
    assert process.returncode == 0, process.printed
    domain = [("id", "in", load.orders), ("state", "=", "sale")]
    confirmed = user.call("sale.order", "search_read", domain, ["name"])
    return Failure(
        failed_at,
        load.acknowledged,
        {order["id"]: order["name"] for order in confirmed},
        evidence,
        in_odoo(user, evidence, "result", "rpo_seconds", "lost"),
    )


def test_all_that_was_acknowledged_before_the_heartbeat_is_inside(failure):
    before = {
        order
        for order, moment in failure.acknowledged.items()
        if moment < failure.heartbeat
    }
    assert before
    assert before <= failure.inside


def test_the_recovery_point_is_what_was_lost_to_the_heartbeat(failure):
    """It says rather too much than too little, and less than a heartbeat too much."""
    last = max(
        moment
        for order, moment in failure.acknowledged.items()
        if order in failure.inside
    )
    achieved = timedelta(seconds=failure.drill["rpo_seconds"])
    assert failure.drill["result"] == "passed"
    failed_at = failure.failed_at.replace(microsecond=0)
    assert achieved == failed_at - failure.heartbeat
    assert failed_at - last <= achieved < failed_at - last + HEARTBEAT


def test_the_orders_that_only_production_has_are_listed(failure):
    """Those that were acknowledged, and at most the one that was not answered."""
    lost = sorted(set(failure.names) - failure.inside)
    acknowledged = set(failure.acknowledged) - failure.inside
    assert len(acknowledged) >= 5
    assert acknowledged <= set(lost)
    assert len(lost) <= len(acknowledged) + 1
    named = ", ".join(failure.names[order] for order in lost[:20])
    assert failure.drill["lost"].startswith(f"Sales Order: {len(lost)} ({named}")
