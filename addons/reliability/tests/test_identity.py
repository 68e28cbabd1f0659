"""A database is known by its number: neither a copy nor a new name takes its place."""

from unittest.mock import patch

from odoo.tests import get_db_name, tagged

from ..collector import outbox, poller, rollup_writer
from ..collector.poller import DatabasePoller
from .databases import DatabasesCase
from .recordings import record, series

DB = get_db_name()
PRODUCTION, COPY = f"{DB}_production", f"{DB}_copy"
"""A copy is polled first: databases are polled in alphabetical order."""
FUNCTION = "reliability_test_message"


@tagged("-at_install", "post_install")
class TestTokensOfCopies(DatabasesCase):
    """The token of production opens production, or nothing."""

    def setUp(self):
        super().setUp()
        self.patch(rollup_writer, "add", lambda *_batches: None)
        self.make(PRODUCTION)
        self.execute(
            PRODUCTION, "INSERT INTO ir_config_parameter VALUES ('database.uuid', 'u')"
        )
        self.make_token(PRODUCTION)
        self.count(PRODUCTION)
        self.poll()

    def make_copy(self, source, target):
        self.addCleanup(self.drop, target)
        self.on_the_server("CREATE DATABASE {} TEMPLATE {}", target, source)
        self.count(target)

    def rename(self, source, target):
        self.addCleanup(self.drop, target)
        self.on_the_server("ALTER DATABASE {} RENAME TO {}", source, target)

    def restart(self, forget=False):
        """Restart the collector.

        :param forget: the host, whose telemetry folder is in memory, restarts, too
        """
        self.collector.close()
        if forget:
            (self.folder / "collector.sqlite").unlink()
        self.collector.cycle()
        self.access.databases = {}
        self.poller = DatabasePoller(self.collector, self.access, "host")
        self.poll()

    def test_a_copy_gets_nothing_also_after_a_restart(self):
        self.make_copy(PRODUCTION, COPY)
        self.poll()
        self.assertEqual(self.scope(), PRODUCTION)
        for forget in (False, True):
            self.restart(forget)
            self.assertEqual(self.scope(), PRODUCTION)

    def test_a_copy_with_the_name_of_the_original_gets_nothing(self):
        self.make_copy(PRODUCTION, COPY)
        self.rename(PRODUCTION, f"{DB}_former")
        self.rename(COPY, PRODUCTION)
        self.count(f"{DB}_former")
        self.restart()
        self.assertEqual(self.scope(), f"{DB}_former")

    def test_the_original_keeps_its_token_under_another_name(self):
        self.rename(PRODUCTION, f"{DB}_renamed")
        self.poll()
        self.assertEqual(self.scope(), f"{DB}_renamed")

    def test_one_that_is_restored_in_place_keeps_its_token(self):
        """Under the same name, with another number; nobody need confirm it."""
        self.make_copy(PRODUCTION, COPY)
        self.drop(PRODUCTION)
        self.rename(COPY, PRODUCTION)
        self.poll()
        self.assertEqual(self.scope(), PRODUCTION)
        self.rename(PRODUCTION, f"{DB}_renamed")  # its new origin was stored
        self.count(f"{DB}_renamed")
        self.restart(forget=True)
        self.assertEqual(self.scope(), f"{DB}_renamed")

    def test_a_physical_copy_on_another_server_gets_nothing(self):
        """It has the same number, and the same identifier of the server."""
        with patch.object(poller, "server_of", lambda _connection: "other:5432"):
            self.restart()
            self.assertIsNone(self.scope())
            self.assertEqual(self.access.refused, {PRODUCTION})
        self.restart()
        self.assertEqual(self.scope(), PRODUCTION)
        self.assertFalse(self.access.refused)

    def test_a_token_of_unknown_origin_opens_nothing(self):
        for text in ("u", "", "[]", '{"uuid": "u"}', "1e", '{"oid": 10e99}'):
            self.execute(
                PRODUCTION,
                "UPDATE ir_config_parameter SET value = %s"
                " WHERE key = 'reliability.token_database'",
                [text],
            )
            self.poll()
            self.assertIsNone(self.scope(), text)
            self.assertFalse(self.poller._problems)


@tagged("-at_install", "post_install")
class TestSwappedNames(DatabasesCase):
    """What waits for a database follows it when two databases swap their names."""

    def setUp(self):
        super().setUp()
        self.collector.cycle()
        self.delivered = []
        self.patch(rollup_writer, "add", self.record_delivery)
        settings = self.enterContext(patch.object(outbox, "settings"))
        settings.return_value.telemetry_dir = self.folder
        for name in (PRODUCTION, COPY):
            self.make(name)
            self.execute(name, "CREATE TABLE born_as AS SELECT current_database() n")
            self.execute(
                name,
                "CREATE TABLE messages (message jsonb);"
                f"CREATE FUNCTION {FUNCTION}(jsonb) RETURNS void LANGUAGE sql AS"
                " 'INSERT INTO public.messages VALUES ($1)'",
            )

    def record_delivery(self, cr, _source, _host, numbered):
        cr.execute("SELECT n FROM public.born_as")
        (name,) = cr.fetchone()
        self.delivered += [
            (name, row.labels[1]) for _n, batch in numbered for row in batch.rows
        ]

    def swap(self):
        for old, new in ((PRODUCTION, "x"), (COPY, PRODUCTION), ("x", COPY)):
            self.on_the_server("ALTER DATABASE {} RENAME TO {}", old, new)

    def test_calls(self):
        self.poller._search("databases")
        for name in (PRODUCTION, COPY):
            record(self.events, series(f"in {name}", db=name))
        self.collector.cycle()
        self.swap()
        self.poll()
        self.assertCountEqual(
            self.delivered, [(name, f"in {name}") for name in (PRODUCTION, COPY)]
        )

    def test_messages(self):
        self.poller._search("databases")
        for name in (PRODUCTION, COPY):
            self.count(name)
            outbox.store_message(name, FUNCTION, "f" * 32, {"for": name})
        self.swap()
        self.poll()
        for name in (PRODUCTION, COPY):
            rows = self.rows(name, "SELECT n, message->>'for' FROM born_as, messages")
            self.assertEqual([born_as for born_as, _for in rows], [r for _, r in rows])
            self.assertEqual(len(rows), 1)
