"""A token gives access to the metrics of a whole server, or of one database."""

import json
import time
from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase, get_db_name, tagged

from ..collector import probes, snapshot
from ..collector.collector import Collector
from ..collector.poller import DatabasePoller
from ..collector.token_origin import TOKEN, TOKEN_OF, Origin
from ..odoo_conf import Settings
from ..telemetry.access import EVERYTHING, Access, digest_of
from ..telemetry.exposition import Gauge, GaugeSheet
from ..telemetry.slots.lease import boot_time
from ..telemetry.totals import MAX_SERIES
from .common import CommittedCase, FolderCase
from .http_by_the_letter import HttpByTheLetter
from .recordings import record, series

DB = get_db_name()


@tagged("-at_install", "post_install")
class TestMetricsOfOdoo(HttpByTheLetter, BaseCase):
    """Odoo's own ``/metrics`` shows the last snapshot of the collector."""

    def setUp(self):
        super().setUp()
        self.set_conf()
        self.patch(probes, "_access", None)
        snapshot.take(self.folder, self.collector, self.access)
        self.file = self.folder / "snapshot.prom"

    def set_conf(self, **options):
        settings = Settings(self.folder, metrics_token_file=self.token_file, **options)
        self.patch(probes, "settings", lambda: settings)

    def app(self):
        return http.root

    def odoo(self, token, path="/metrics"):
        return self.get(http.root, token, path)

    def test_a_valid_token_gets_the_metrics_and_their_age(self):
        answer = self.odoo("of-all")
        self.assertEqual(answer.status_code, 200)
        self.assertIn('db="two"', answer.text)
        self.assertIn("odoo_reliability_snapshot_age_seconds 0.", answer.text)
        self.assertNotIn("Set-Cookie", answer.headers)

    def test_the_token_of_a_database_shows_that_database_only(self):
        self.assert_only(self.odoo("of-one").text, 'db="one"', ['db="two"', 'a\\"b'])
        awkward = self.odoo("of-awkward").text
        self.assert_only(awkward, 'db="a\\"b"', ['db="two"', 'db="one"'])

    def test_an_invalid_token_is_always_refused_alike(self):
        refused = [self.odoo(token) for token in ("", "wrong", digest_of("of-one"))]
        self.file.unlink()
        refused.append(self.odoo("wrong"))
        self.assertEqual({answer.status_code for answer in refused}, {401})
        self.assertEqual(len({answer.text for answer in refused}), 1)

    def test_an_old_snapshot_shows_its_age(self):
        first, numbers = self.file.read_text().split("\n", 1)
        taken, *rest = json.loads(first)
        self.file.write_text(json.dumps([taken - 600, *rest]) + "\n" + numbers)
        answer = self.odoo("of-all")
        self.assertIn("odoo_reliability_snapshot_age_seconds 600.", answer.text)
        self.assertEqual(answer.headers["Age"], "600")

    def test_the_age_is_right_if_the_clock_is_set(self):
        now = time.time()
        for jump in (-86400, 86400):
            with patch("time.time", lambda jump=jump: now + jump):
                answer = self.odoo("of-all")
            self.assertIn("odoo_reliability_snapshot_age_seconds 0.", answer.text)

    def test_a_snapshot_from_before_the_boot_is_not_shown(self):
        first, numbers = self.file.read_text().split("\n", 1)
        taken, *rest = json.loads(first)
        self.file.write_text(json.dumps([taken + 600, *rest]) + "\n" + numbers)
        self.assertEqual(self.odoo("of-all").status_code, 503)

    def test_unavailable_without_a_valid_snapshot(self):
        for damage in ("", "[1", "{}", "[1, 2]"):
            self.file.write_text(damage)
            self.assertEqual(self.odoo("of-all").status_code, 503, damage)

    def test_a_name_with_a_line_break_stays_one_label(self):
        name = "x\ry\u2028z\x85"
        gauge = Gauge("odoo_company_info", "", ("name",), [((name,), 1)])
        self.collector.set_gauges("one", GaugeSheet(boot_time(), [gauge]))
        snapshot.take(self.folder, self.collector, self.access)
        text = self.odoo("of-one").data.decode()
        (family,) = [
            family
            for family in text_string_to_metric_families(text)
            if family.name == "odoo_company_info"
        ]
        self.assertEqual(family.samples[0].labels["name"], name)

    def test_odoo_conf_moves_the_route(self):
        """Another addon may have a route of that name."""
        self.set_conf(metrics_route="/reliability/metrics")
        moved = self.odoo("of-all", "/reliability/metrics")
        self.assertIn('db="two"', moved.text)
        self.assertIsNone(probes.answer({"PATH_INFO": "/metrics"}, None))

    def test_other_users_of_the_host_cannot_read_the_snapshot(self):
        mode = self.file.stat().st_mode
        self.assertEqual(mode & 0o077, 0)


@tagged("-at_install", "post_install")
class TestProbes(FolderCase):
    def setUp(self):
        super().setUp()
        self.patch(probes, "_known", {"until": 0.0, "ready": False})

    def get(self, path, **options):
        return Client(http.root).open(path, **options)

    def test_live_if_a_worker_answers(self):
        with patch.object(http, "Request", None):  # without any code of Odoo
            self.assertEqual(self.get("/reliability/live").status_code, 200)

    def test_ready_if_a_worker_can_work(self):
        self.assertEqual(self.get("/reliability/ready").status_code, 200)

    def test_not_ready_without_postgresql(self):
        nowhere = {"host": "127.0.0.1", "port": 1, "dbname": "x", "user": "x"}
        self.patch(probes.sql_db, "connection_info_for", lambda _db: ("x", nowhere))
        self.assertEqual(self.get("/reliability/ready").status_code, 503)
        self.assertEqual(self.get("/reliability/live").status_code, 200)

    def test_not_ready_until_the_database_is_loaded(self):
        with patch.dict(probes.config.options, {"db_name": ["not_loaded"]}):
            self.assertEqual(self.get("/reliability/ready").status_code, 503)
        self.assertNotIn("not_loaded", probes.Registry.registries)

    def test_many_probes_share_one_query(self):
        queries = []
        self.patch(probes, "_database_answers", lambda: queries.append(1) or True)
        for _balancer in range(50):
            self.assertEqual(self.get("/reliability/ready").status_code, 200)
        self.assertEqual(len(queries), 1)

    def test_a_refused_method_asks_postgresql_nothing(self):
        queries = []
        self.patch(probes, "_database_answers", lambda: queries.append(1) or True)
        answer = self.get("/reliability/ready", method="POST")
        self.assertEqual((answer.status_code, queries), (405, []))

    def test_only_reading_is_allowed(self):
        for path in ("/reliability/live", "/reliability/ready"):
            self.assertEqual(self.get(path, method="POST").status_code, 405)
            head = self.get(path, method="HEAD")
            self.assertEqual((head.status_code, head.data), (200, b""))
            self.assertEqual(head.content_length, self.get(path).content_length)


@tagged("-at_install", "post_install")
class TestTokensInTheCollector(FolderCase, CommittedCase):
    def setUp(self):
        super().setUp()
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        self.collector.cycle()
        self.access = Access(None)
        self.poller = DatabasePoller(self.collector, self.access, "host")
        for key in (TOKEN, TOKEN_OF):
            self.addCleanup(self.set_parameter, key, False)

    def make_token(self):
        with self.committed() as env:
            return env["reliability.token"]._make()["context"]["default_token"]

    def set_parameter(self, key, value):
        with self.committed() as env:
            env["ir.config_parameter"].set_param(key, value)

    def test_the_next_poll_reads_new_and_revoked_tokens(self):
        token = self.make_token()
        self.poller.poll_all()
        self.assertEqual(self.access.scope(f"Bearer {token}"), DB)
        with self.committed() as env:
            env["reliability.token"]._revoke()
        self.poller.poll_all()
        self.assertIsNone(self.access.scope(f"Bearer {token}"))

    def test_the_token_of_the_original_is_invalid_in_a_copy(self):
        """A copy that Odoo makes has all parameters, but its own uuid."""
        with self.committed() as env:
            uuid = env["ir.config_parameter"].get_param("database.uuid")
        token = self.make_token()
        self.poller.poll_all()
        self.assertEqual(self.access.scope(f"Bearer {token}"), DB)
        self.addCleanup(self.set_parameter, "database.uuid", uuid)
        self.set_parameter("database.uuid", "of-the-copy")
        self.poller.poll_all()
        self.assertIsNone(self.access.scope(f"Bearer {token}"))
        with self.committed() as env:
            self.assertEqual(env["reliability.token"]._state(), "none")
            env["reliability.token"]._make()
            self.assertEqual(env["reliability.token"]._state(), "open")

    def test_an_invalid_hash_changes_nothing_for_other_databases(self):
        self.access.databases = {
            "postgres": digest_of("theirs")
        }  # another database of this server
        self.make_token()
        for value in ("é", "x", digest_of("new").upper(), " "):
            self.set_parameter(TOKEN, value)
            self.poller.poll_all()
            self.assertNotIn(DB, self.access.databases)
            self.assertEqual(self.access.scope("Bearer theirs"), "postgres")

    def test_the_default_replaces_an_invalid_number_of_series(self):
        """The administrator of one database must not fill the memory of the host."""
        self.addCleanup(self.set_parameter, "reliability.max_series", False)
        for value in ("²", "-1", "0", "many", "9" * 30):
            self.set_parameter("reliability.max_series", value)
            self.poller._next_attempt.clear()
            self.poller.poll_all()
            self.assertFalse(self.poller._problems)
            self.assertEqual(self.collector._max_series[DB], MAX_SERIES)

    def test_the_next_poll_reads_the_number_of_series(self):
        self.addCleanup(self.set_parameter, "reliability.max_series", False)
        self.set_parameter("reliability.max_series", "11")
        self.poller.poll_all()
        recorder = self.recorder()
        for number in range(20):
            record(recorder, series(f"operation_{number}", db=DB))
        self.collector.cycle()
        names = {key.labels[1] for key in self.collector._totals.by_key}
        self.assertEqual(len(names), 12)
        self.assertIn("other", names)


@tagged("-at_install", "post_install")
class TestStoredToken(TransactionCase):
    def test_only_the_hash_is_stored(self):
        action = (
            self.env["res.config.settings"].create({}).action_reliability_make_token()
        )
        token = action["context"]["default_token"]
        stored = self.env["ir.config_parameter"].get_param(TOKEN)
        self.assertEqual(stored, digest_of(token))
        access = Access(None)
        access.databases = {"here": stored}
        self.assertEqual(access.scope(f"Bearer {token}"), "here")
        self.assertNotEqual(access.scope(f"Bearer {token}"), EVERYTHING)


@tagged("-at_install", "post_install")
class TestTokenOfACopy(TransactionCase):
    """Settings of a copy say that it has the token of its original, and what to do."""

    def setUp(self):
        super().setUp()
        self.token = self.env["reliability.token"]
        self.token._make()
        self.parameters = self.env["ir.config_parameter"]
        self.own = Origin.loads(self.parameters.get_param(TOKEN_OF))
        self.env.cr.execute(
            "SELECT oid::bigint FROM pg_database WHERE datname = %s", ["postgres"]
        )
        (self.existing,) = self.env.cr.fetchone()

    def copy_of(self, **differences):
        """Make this database a copy of another one."""
        original = self.own._replace(name="production", confirmed="", **differences)
        self.parameters.set_param(TOKEN_OF, original.dumps())

    def assert_keeps(self):
        self.token._keep()
        self.assertEqual(self.token._state(), "open")
        self.assertFalse(self.token._problem())

    def test_its_own_token_is_open(self):
        self.assertEqual(self.token._state(), "open")
        self.assertEqual(self.own.name, DB)

    def test_it_names_its_original(self):
        self.copy_of(oid=self.existing)
        self.assertEqual(self.token._state(), "copied")
        problems = self.env["reliability.self.check"]._problems()
        self.assertTrue(any("a copy of production" in problem for problem in problems))

    def test_it_may_have_a_token_of_its_own(self):
        self.copy_of(oid=self.existing)
        self.token._make()
        self.assertEqual(self.token._state(), "open")

    def test_it_cannot_keep_the_token_while_the_original_exists(self):
        self.copy_of(oid=self.existing)
        with self.assertRaisesRegex(UserError, "production, still exists"):
            self.token._keep()

    def test_it_keeps_the_token_of_an_original_that_is_gone(self):
        self.copy_of(oid=2**32 - 2)
        self.assertEqual(self.token._state(), "copied")
        self.assert_keeps()

    def test_it_keeps_the_token_of_an_original_on_another_server(self):
        self.copy_of(system="1")
        self.assertEqual(self.token._state(), "copied")
        self.assert_keeps()

    def test_it_keeps_a_token_of_unknown_origin(self):
        self.parameters.set_param(TOKEN_OF, self.own.uuid)
        self.assertEqual(self.token._state(), "unknown")
        self.assertRegex(self.token._problem(), "not known for which database")
        self.assert_keeps()

    def test_a_physical_copy_keeps_the_token_by_confirming_it(self):
        """Only the collector knows that it saw the token somewhere else."""
        self.parameters.set_param(TOKEN_OF, self.own._replace(confirmed="").dumps())
        refused = snapshot.Snapshot(None, 0.0, {}, True, {}, refused=[DB])
        with patch.object(snapshot, "last", lambda _folder: refused):
            self.assertEqual(self.token._state(), "elsewhere")
            self.assertRegex(self.token._problem(), "another PostgreSQL server")
        self.assert_keeps()
        renewed = Origin.loads(self.parameters.get_param(TOKEN_OF))
        self.assertGreater(renewed.confirmed, "")
