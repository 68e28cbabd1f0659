"""A storm of 10,000 alerts in a minute: few incidents, few messages, and all counted.

Alertmanager sends a group of alerts in each message. Odoo works meanwhile.
"""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from evaluating import CHANNELS, evaluate, notify_admin
from in_database import confirmed_in
from inbound import make_key, send
from waiting import wait_until

from setup import databases, postgres

SOURCE = databases.PROBED
FEW, ALL = 1000, 10_000
GROUP = 250
"""Alerts in a message."""
CAUSES = (("platform", "incident_webhook"), ("shipping", "alertmanager"))
"""Service and partner system: two systems are two causes."""
BATCH = 100
"""Rows that Odoo inserts with one query."""
BEGIN = datetime.now(UTC).replace(microsecond=0).isoformat()
MINE = [("provider", "=", "alertmanager")]


def alert(number, status):
    """Return an alert of a host of its own, as Alertmanager sends it."""
    service, system = CAUSES[number % len(CAUSES)]
    return {
        "status": status,
        "labels": {
            "alertname": "HostDown",
            "instance": f"host{number}:9100",
            "severity": "page",
            "service": service,
            "integration": system,
            "company": "1",
        },
        "annotations": {"summary": f"The host {number} does not answer"},
        "startsAt": BEGIN,
        "endsAt": BEGIN if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": f"http://prometheus:9090/graph?g0.expr=up&n={number}",
        "fingerprint": f"{number:016x}",
    }


class Storm:
    """A server with a user who sends alerts, evaluates, and confirms orders."""

    def __init__(self, server, user):
        self.server, self.user = server, user
        self._key = make_key(user, "alertmanager")
        notify_admin(user)

    def send(self, numbers, status="firing"):
        """Send alerts in groups; as Alertmanager, again where Odoo asks for that."""
        groups = [numbers[n : n + GROUP] for n in range(0, len(numbers), GROUP)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda group: self._send(group, status), groups))

    def _send(self, group, status):
        body = {"version": "4", "alerts": [alert(number, status) for number in group]}

        def is_accepted():
            answer = send(self.server, body, self._key, kind="alertmanager")
            assert answer.status in (200, 429, 503), answer
            return answer.status == 200

        wait_until(is_accepted)

    def evaluate(self):
        """Evaluate as the scheduled action does; return the number of queries."""
        evaluate(self.user)
        log = (self.server.folder / "odoo.log").read_text()
        return int(re.findall(r"method_direct_trigger HTTP/1.1. 200 - (\d+) ", log)[-1])

    @contextmanager
    def business(self):
        """Confirm orders while the block runs, one after the other."""
        orders, stop = self._orders(), threading.Event()
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self._confirm, orders, stop)
            try:
                yield
            finally:
                stop.set()
            confirmed = running.result()
        assert confirmed_in(self.server.database, confirmed) == set(confirmed)

    def _orders(self):
        """Make quotations of work, which need no goods that a warehouse may lack."""
        (customer,) = self.user.call("res.partner", "search", [], limit=1)
        work = {"name": "Work of an hour", "type": "service"}
        product = self.user.call("product.product", "create", work)
        line = (0, 0, {"product_id": product})
        order = {"partner_id": customer, "order_line": [line]}
        return self.user.call("sale.order", "create", [order] * 20)

    def _confirm(self, orders, stop):
        """Confirm orders until there are no more, but at least one; return them."""
        confirmed = []
        while orders and not (confirmed and stop.is_set()):
            confirmed.append(orders.pop())
            self.user.call("sale.order", "action_confirm", confirmed[-1:])
        return confirmed

    def count(self, *where):
        """Return the number of alerts that fire, as people see them."""
        domain = [*MINE, ("is_present", "=", True), *where]
        return self.user.call("reliability.alert", "search_count", domain)

    def incidents(self):
        """Return the incidents of these alerts."""
        domain = [("evidence_ids.provider", "=", "alertmanager")]
        fields = ["state", "evidence_ids", "notification_ids"]
        return self.user.call("reliability.incident", "search_read", domain, fields)


@pytest.fixture(scope="module")
def numbers():
    return list(range(ALL))


def test_it_is_grouped_and_counted_and_orders_are_confirmed(
    make_server, admin, database, numbers
):
    server = make_server(workers=3, options={"max_cron_threads": 0})
    storm = Storm(server, admin(server))
    before = storm.evaluate()
    storm.send(numbers[:FEW])
    queries_of_few = storm.evaluate()
    with storm.business():
        storm.send(numbers[FEW:])
    with storm.business():
        queries_of_more = storm.evaluate()

    assert storm.count() == ALL
    assert storm.count(("state", "=", "open")) == ALL
    incidents = storm.incidents()
    assert len(incidents) == len(CAUSES)
    assert sum(len(one["evidence_ids"]) for one in incidents) == ALL
    for one in incidents:
        assert len(one["notification_ids"]) == len(CHANNELS)
    messages = "SELECT count(*) FROM reliability_notification WHERE state = 'sent'"
    assert int(postgres.psql(messages, database)) == len(CAUSES) * len(CHANNELS)
    # Rows are inserted in batches, in three tables, and read in larger ones.
    assert queries_of_more - queries_of_few <= 6 * (ALL - FEW) / BATCH
    assert storm.evaluate() <= before + ALL / BATCH, "nothing has changed"

    storm.send(numbers, "resolved")
    with storm.business():
        queries_of_end = storm.evaluate()
    assert storm.count() == 0
    assert {one["state"] for one in storm.incidents()} == {"restored"}
    assert queries_of_end - before <= 8 * ALL / BATCH
