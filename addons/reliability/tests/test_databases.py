"""The poller follows databases that are dropped or do not have the app any more."""

from unittest.mock import patch

from odoo.tests import get_db_name, tagged
from odoo.tools import config, mute_logger

from ..collector import outbox
from ..collector.connection import connected
from ..collector.poller import DatabasePoller
from ..collector.tasks import CollectorTask
from .databases import DatabasesCase
from .recordings import record, series

DB = get_db_name()


@tagged("-at_install", "post_install")
class TestPollingDatabasesThatChange(DatabasesCase):
    @mute_logger("odoo.addons.reliability.collector.poller")
    def test_the_token_of_a_dropped_database_opens_nothing(self):
        name = f"{DB}_polled"
        self.make(name)
        self.make_token(name)
        record(self.events, series(db=name))  # a waiting batch lets it be polled
        self.collector.cycle()
        self.poll()
        self.assertEqual(self.access.scope("Bearer secret"), name)
        self.drop(name)
        self.poll()
        self.assertIsNone(self.access.scope("Bearer secret"))

    def test_a_database_knows_which_leases_ended_and_which_messages_wait(self):
        name = f"{DB}_told"
        self.make(name)
        record(self.events, series(db=name))
        lease = self.events.lease
        self.events.close()
        self.collector.cycle()
        self.collector.delivered(name, 1)
        with patch.object(outbox, "settings") as settings:
            settings.return_value.telemetry_dir = self.folder
            outbox.store_message(name, "reliability_nothing", "0" * 32, {})
        with mute_logger(outbox.__name__):
            self.poll()
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute(
                "SELECT ended_leases, waiting, refused, refusal,"
                " now() AT TIME ZONE 'UTC' - reported < interval '1 min'"
                " FROM reliability_collector_report WHERE host = 'host'"
            )
            ended, waiting, refused, refusal, is_recent = cr.fetchone()
        slot, number = lease.split("/")
        self.assertEqual(ended[slot], int(number))
        self.assertEqual((waiting, refused), (["0" * 32], 1))
        self.assertIn("does not exist", refusal)
        self.assertTrue(is_recent)

    @mute_logger("odoo.addons.reliability.collector.poller")
    def test_a_task_that_fails_does_not_stop_the_others(self):
        polled = []

        class Failing(CollectorTask):
            def poll(self, db, connection):
                raise KeyError(db)

        class Polled(CollectorTask):
            def poll(self, db, connection):
                polled.append(db)

        tasks = [task(self.collector, None) for task in (Failing, Polled)]
        poller = DatabasePoller(self.collector, self.access, "host", tasks)
        with connected(DB) as connection:
            poller._do_tasks(DB, connection)
        self.assertEqual(polled, [DB])

    @mute_logger("odoo.addons.reliability.collector.poller")
    def test_a_database_without_the_app_gets_nothing(self):
        name = f"{DB}_without"
        self.make_without_app(name)
        record(self.events, series(db=name))
        self.collector.cycle()
        self.poll()
        self.assertEqual(self.collector.waiting(), [name])

    def test_no_call_is_lost_after_the_app_was_installed(self):
        """The server runs already, and has found the database without the app."""
        name = f"{DB}_installed"
        self.make_without_app(name)
        with patch.dict(config.options, {"db_name": [name]}):
            self.poller.poll_all()
        self.install(name)
        record(self.events, series(db=name))
        self.collector.cycle()
        self.poller._next_search = 0.0
        self.poller.poll_all()
        self.assertTrue(self.collector._totals.copied(name).by_key)

    @mute_logger("odoo.addons.reliability.collector.poller")
    def test_no_batch_waits_after_the_app_was_uninstalled(self):
        """Else an alert on waiting batches would never end."""
        name = f"{DB}_uninstalled"
        self.make(name)
        record(self.events, series(db=name))
        self.collector.cycle()
        self.collector.cycle()
        self.assertIn(name, self.collector.waiting_batches())
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute("DROP TABLE reliability_lease")
        self.poll()
        self.poll()
        self.collector.cycle()
        self.assertNotIn(name, self.collector.waiting_batches())
        self.assertFalse(self.collector._totals.copied(name).by_key)
        with connected(name) as connection, connection, connection.cursor() as cr:
            cr.execute("CREATE TABLE reliability_lease (id int)")
        self.poll()
        self.poll()
        self.collector.cycle()
        self.assertIn(name, self.collector.waiting_batches(), "it is installed again")

    @mute_logger("odoo.addons.reliability.collector.poller")
    def test_a_database_of_another_server_is_polled_without_waiting_batches(self):
        """Two servers may share a folder: its token and gauges must be up to date."""
        name = f"{DB}_of_another"
        self.make(name)
        self.collector.cycle()
        record(self.events, series(db=name))
        self.collector.cycle()
        self.collector.delivered(name, 1)
        self.assertFalse(self.collector.waiting())
        self.make_token(name)
        self.poll()
        self.assertEqual(self.access.scope("Bearer secret"), name)
