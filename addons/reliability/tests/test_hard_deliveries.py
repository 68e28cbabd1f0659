"""Unusual labels and lost connections do not stop the delivery of rollups."""

import contextlib
import random
import string
from unittest.mock import patch

from psycopg2 import OperationalError

from odoo import sql_db
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from ..collector import rollup_writer
from ..collector.connection import connected, transaction
from ..collector.rollup_writer import add
from ..telemetry.events import Event, Series
from ..telemetry.rollup import Batch
from .recordings import record, series
from .test_rollups import DeliveryCase

DB = get_db_name()


@tagged("-at_install", "post_install")
class TestHardDeliveries(DeliveryCase):
    def test_labels_too_long_for_an_index_are_delivered(self):
        """An administrator may give a scheduled action any external id."""
        chance = random.Random(7)
        for _name in range(2):
            name = "".join(chance.choices(string.printable.strip(), k=9000))
            record(self.events, Series("cron", DB, (name,), 1.0))
        self.record(3)
        self.deliver(self.collector())
        self.assertEqual(self.counted(), 5)

    def test_long_labels_of_letters_that_take_several_bytes_are_delivered(self):
        long = "".join(chr(0x4E00 + 7919 * number % 20_000) for number in range(900))
        long = long.join(("\ud83d", "\0"))
        odd = series(db=DB)._replace(labels=(long,) * 5)
        record(self.events, odd)
        collector = self.collector()
        self.deliver(collector)
        self.assertEqual(self.counted(), 1)
        self.assertFalse(collector.waiting())

    def test_a_family_that_only_newer_workers_know_is_delivered(self):
        """After a reload, the collector of the old server may lead for a while."""
        batch = Batch()
        for label in ("one", "two"):
            batch.add(Series("newer", DB, (label,), 1.0), Event(0, "success", 1.0, 1.0))
        with connected(DB) as connection, transaction(connection) as cr:
            add(cr, self.host, self.host, [(1, batch)])
        self.assertEqual(self.counted(), 2)

    def test_a_delivery_is_repeated_after_a_lost_connection(
        self,
    ):
        self.record(3)
        collector = self.collector()
        add_top_calls = rollup_writer._add_top_calls

        def add_and_lose_connection(cr, *arguments):
            add_top_calls(cr, *arguments)
            with sql_db.db_connect("postgres").cursor() as other:
                pid = cr.connection.info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

        with (
            patch.object(rollup_writer, "_add_top_calls", add_and_lose_connection),
            mute_logger("odoo.addons.reliability.collector.poller"),
        ):
            self.deliver(collector)
        self.assertEqual(self.counted(), 0)
        self.deliver(collector)
        self.assertEqual(self.counted(), 3)

    def test_a_connection_lost_after_commit_delivers_once(self):
        self.record(3)
        collector = self.collector()

        @contextlib.contextmanager
        def committed_and_lost(connection):
            with transaction(connection) as cr:
                yield cr
            connection.close()
            raise OperationalError("server closed the connection unexpectedly")

        with (
            patch.object(rollup_writer, "transaction", committed_and_lost),
            mute_logger("odoo.addons.reliability.collector.poller"),
        ):
            self.deliver(collector)
        self.assertEqual(self.counted(), 3)
        self.assertTrue(collector.waiting())
        self.record()
        collector.cycle()
        self.deliver(collector)
        self.assertEqual(self.counted(), 4)
