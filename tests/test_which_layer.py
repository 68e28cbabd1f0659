"""Where a service is in trouble, it is said which layer is to blame, and no other is.

Real servers, and what goes wrong really does: each sentence is read as people read it.
"""

import json
import subprocess
import threading
import time
from contextlib import suppress

import probe
import pytest

from setup import paths, postgres, python_env, traffic

VISITED = 40
"""Seconds within which a collector has been there, twice."""


@pytest.fixture
def database(make_database, request):
    return make_database(f"reliability_{request.node.name}")


LOOK = """
import json
from datetime import timedelta
from odoo import fields

now = fields.Datetime.now()
for moment in (now, now + timedelta(minutes=1)):
    env["reliability.judge"]._judge(moment)
env.cr.commit()
troubled = env["reliability.condition"].search(
    [("state", "in", ("degraded", "interrupted"))]
)
found = {}
for condition in troubled:
    found.setdefault(condition.service_id.code, []).append(condition.description)
print("said:", json.dumps(found))
"""


def said(server):
    """Return what is said of each service that is in trouble: code → sentences.

    It is looked twice, a minute apart, as the scheduled action does.
    """
    shell = [paths.PYTHON, paths.LAUNCHER, "shell", "-c", server.config, "--no-http"]
    answer = subprocess.run(
        [*shell, "-d", server.database, "--logfile", server.folder / "look.log"],
        input=LOOK,
        env=python_env.environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout.partition("said: ")[2])


def wait_until(database, query):
    """Wait until a query has an answer that is true."""
    deadline = time.monotonic() + VISITED
    while postgres.psql(query, database).strip() not in ("t", "1"):
        assert time.monotonic() < deadline, query
        time.sleep(0.5)


def in_background(user, *call):
    """Call a method from a thread that nobody waits for."""

    def calling():
        with suppress(Exception):
            user.call(*call)

    threading.Thread(target=calling, daemon=True).start()


def test_locks(make_server, admin, database):
    """A scheduled or measured action holds a row that orders want."""
    server = make_server(workers=4, options={"max_cron_threads": 0})
    user = admin(server)
    probe.install(user)
    probe.measure(user, name="Inventory valuation", code="valuation")
    (order,) = traffic.make_orders(user, 1)
    probe.working(user, "hold", order)
    wait_until(
        database,
        "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
        " WHERE relname = 'sale_order' AND mode = 'RowShareLock'",
    )
    for _person in range(2):
        in_background(user, "sale.order", "action_confirm", [order])
    wait_until(
        database,
        "SELECT count(*) = 2 FROM reliability_lock_wait WHERE seen - since > '10 s'",
    )
    sentences = said(server)
    assert list(sentences) == ["order_processing"]
    (sentence,) = sentences["order_processing"]
    assert "Order confirmation: 2 waiting in the database" in sentence
    assert (
        "because 2 transactions wait for a lock of Inventory valuation" in sentence
    )
    assert "sale_order" in postgres.psql(
        "SELECT DISTINCT relation FROM reliability_lock_wait", database
    )
    server.kill()  # who holds the row would not stop by himself
