"""Hosts that come and go: nobody is told to wait for numbers of one that has ended."""

from datetime import datetime, timedelta

from odoo import api, sql_db
from odoo.tests import BaseCase, TransactionCase, get_db_name, tagged

from ..collector import gauges
from ..collector.connection import connected, transaction
from ..collector.poller import DatabasePoller
from ..models.reliability_collector_checkpoint import without_replaced
from ..telemetry.access import Access
from .recordings import record, series
from .test_rollups import DeliveryCase

DB = get_db_name()
NOON = datetime(2026, 3, 2, 12)


def minutes(number):
    """Return a moment: so many minutes after noon."""
    return NOON + timedelta(minutes=number)


@tagged("-at_install", "post_install")
class TestReplacedHosts(BaseCase):
    """A container that is killed gets a successor with another name."""

    def missing(self, **hosts):
        """Return the hosts whose numbers are missing at 14:00.

        :param hosts: name → minutes of the first and of the last poll
        """
        silent = {
            host: minutes(last)
            for host, (_first, last) in sorted(hosts.items(), key=lambda h: h[1][1])
            if last < 119
        }
        began = {host: minutes(first) for host, (first, _last) in hosts.items()}
        return [*without_replaced(silent, began)]

    def test_the_next_container_replaces_the_last_one(self):
        self.assertEqual(self.missing(a=(0, 30), b=(31, 120)), [])
        self.assertEqual(self.missing(a=(0, 30), b=(28, 120)), [], "an overlap")

    def test_a_chain_of_containers(self):
        hosts = {"a": (0, 1), "b": (2, 3), "c": (4, 9), "d": (10, 120)}
        self.assertEqual(self.missing(**hosts), [])
        del hosts["d"]
        self.assertEqual(self.missing(**hosts), ["c"])

    def test_one_new_host_replaces_one_old_host(self):
        self.assertEqual(self.missing(a=(0, 30), b=(0, 40), c=(41, 120)), ["a"])

    def test_a_host_beside_it_is_no_replacement(self):
        self.assertEqual(self.missing(a=(0, 30), b=(0, 120)), ["a"])
        self.assertEqual(self.missing(a=(0, 2), b=(0, 120)), ["a"], "deployed together")

    def test_a_host_of_an_unknown_age_can_be_replaced(self):
        silent, began = {"a": minutes(30)}, {"b": minutes(31)}
        self.assertEqual(without_replaced(silent, began), {})


@tagged("-at_install", "post_install")
class TestEndOfAHost(DeliveryCase):
    """A collector that is stopped brings its last numbers and says that it ends."""

    def setUp(self):
        super().setUp()
        self.delete_leases()
        self.addCleanup(self.delete_leases)
        self.running = self.collector()
        self.poller = DatabasePoller(self.running, Access(None), self.host)
        self.patch(self.poller, "_databases", lambda: [DB])
        self.record()
        self.running.cycle()
        self.poller.poll_all()

    def delete_leases(self):
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute("DELETE FROM reliability_lease")

    def has_ended(self):
        query = (
            "SELECT has_ended FROM reliability_collector_checkpoint WHERE host = %s"
            " AND began <= delivered"
        )
        with sql_db.db_connect(DB).cursor() as cr:
            cr.execute(query, [self.host])
            return [ended for (ended,) in cr.fetchall()]

    def has_lease(self, source):
        with connected(DB) as connection, transaction(connection) as cr:
            return gauges.has_lease(cr, source)

    def test_it_brings_the_last_numbers(self):
        self.assertEqual(self.has_ended(), [False])
        record(self.recorder(), series(db=DB))
        self.running.cycle()
        self.poller._announce_end()
        self.assertEqual(self.has_ended(), [True])
        self.assertEqual(self.counted(), 2)
        self.assertFalse(self.running.waiting())

    def test_a_restarted_one_is_expected_again(self):
        self.poller._announce_end()
        self.poller.poll_all()
        self.assertEqual(self.has_ended(), [False])

    def test_another_host_reads_the_gauges_at_once(self):
        self.assertTrue(self.has_lease(self.running.source))
        self.poller._announce_end()
        self.assertTrue(self.has_lease("another host"))

    def test_it_is_not_missed(self):
        self.poller._announce_end()
        with sql_db.db_connect(DB).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            checkpoints = env["reliability.collector.checkpoint"]
            polls = {self.host: checkpoints._last_polls()[self.host]}
            later = polls[self.host] + timedelta(hours=1)
            self.assertEqual(checkpoints._silent_hosts(polls, later), {})


@tagged("-at_install", "post_install")
class TestSilentHosts(TransactionCase):
    def silent(self, first_polls, *hosts):
        """Return the silent hosts at 13:00.

        :param first_polls: of other hosts
        :param hosts: name, minutes of the last poll, and whether it ended in order
        """
        for host, last, has_ended in hosts:
            self.env.cr.execute(
                "INSERT INTO reliability_collector_checkpoint"
                " (name, host, number, delivered, has_ended)"
                " VALUES (%s, %s, 1, %s, %s)",
                [f"{host}-{last}", host, minutes(last), has_ended],
            )
        checkpoints = self.env["reliability.collector.checkpoint"]
        # Collectors of other tests have begun since.
        self.patch(type(checkpoints), "_first_polls", lambda _model: first_polls)
        polls = checkpoints._last_polls()
        ours = {host: polls[host] for host, _last, _has_ended in hosts}
        return [*checkpoints._silent_hosts(ours, minutes(60))]

    def test_one_that_has_not_ended_in_order_is_missed(self):
        hosts = ("probe-ended", 0, True), ("probe-killed", 0, False)
        self.assertEqual(self.silent({}, *hosts), ["probe-killed"])

    def test_one_of_an_earlier_version_is_missed(self):
        self.assertEqual(self.silent({}, ("probe-old", 0, None)), ["probe-old"])

    def test_one_that_was_started_again_is_missed(self):
        hosts = ("probe", 0, True), ("probe", 10, False)
        self.assertEqual(self.silent({}, *hosts), ["probe"])

    def test_a_deployment_in_order_does_not_replace_another_host(self):
        hosts = ("probe-killed", 0, False), ("probe-ended", 20, True)
        new = {"probe-new": minutes(21)}
        self.assertEqual(self.silent(new, *hosts), ["probe-killed"])

    def test_an_earlier_version_did_not_store_when_a_host_began(self):
        """One with a new folder since then is not new: it replaces no other host."""
        self.env.cr.execute(
            "INSERT INTO reliability_collector_checkpoint"
            " (name, host, number, began, delivered) VALUES"
            " ('a', 'probe', 1, NULL, %(old)s), ('b', 'probe', 1, %(new)s, %(new)s),"
            " ('c', 'probe-new', 1, %(old)s, %(new)s),"
            " ('d', 'probe-new', 1, %(new)s, %(new)s)",
            {"old": NOON, "new": minutes(10)},
        )
        began = self.env["reliability.collector.checkpoint"]._first_polls()
        self.assertNotIn("probe", began)
        self.assertEqual(began["probe-new"], NOON)
