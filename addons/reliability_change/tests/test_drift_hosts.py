"""Each host has settings of its own: those with which its processes have started."""

from types import SimpleNamespace
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import process
from ..fingerprint import Fingerprint
from ..models import reliability_drift_host
from .drifting import DriftCase

LOGGER = "odoo.addons.reliability_change.models.reliability_drift_host"


@tagged("-at_install", "post_install")
class TestHosts(DriftCase):
    def load(self, minutes, workers, host="odoo-2", serving=True):
        """Load the registry in a process of a host.

        :param minutes: after the baseline, when the process has started
        """
        runs = process.Process(self.after(minutes), Fingerprint({}, {}, {}, {}))
        self.replace("odoo_conf", {"workers": workers})
        this_host = SimpleNamespace(host=host)
        with (
            patch.object(process, "this_process", lambda _cr: runs),
            patch.object(process, "is_serving", lambda: serving),
            patch.object(reliability_drift_host, "settings", lambda: this_host),
        ):
            self.hosts._register_hook()
        self.alive.add(host)

    def stored(self):
        rows = self.hosts._latest().filtered(lambda row: row.host == "odoo-2")
        return [row._reading().items["workers"].value for row in rows]

    def test_settings_are_stored_when_a_registry_is_loaded(self):
        self.load(1, 4)
        self.assertEqual(self.stored(), ["4"])

    def test_by_the_first_of_many_workers(self):
        for _worker in range(5):
            self.load(1, 4)
        self.assertEqual(self.hosts.search_count([("host", "=", "odoo-2")]), 1)

    def test_not_those_of_commands(self):
        self.load(1, 0, serving=False)
        self.assertFalse(self.stored())

    def test_not_those_of_an_old_process_that_loads_again(self):
        self.load(5, 4)
        self.load(1, 2)
        self.assertEqual(self.stored(), ["4"])

    def test_the_registry_is_loaded_where_nothing_can_be_stored(self):
        error = psycopg2.Error("no")
        with (
            patch.object(type(self.hosts), "_record", side_effect=error),
            mute_logger(LOGGER),
        ):
            self.load(1, 4)
        self.assertFalse(self.stored())

    def test_one_host_compares_those_of_all(self):
        self.load(1, 4)
        self.compare(10)
        self.drifted()._accept(False)
        self.load(20, 8)
        self.replace("odoo_conf", {})  # the host that compares
        row = self.compare().filtered(lambda one: one.source_id.host == "odoo-2")
        self.assertEqual((row.key, row.before, row.after), ("workers", "4", "8"))
        self.assertEqual(row.source_id.read_at, self.after(60))

    def test_a_host_without_measurements_is_not_compared(self):
        self.load(1, 4)
        self.compare(10)
        self.alive.clear()
        self.compare(70)
        (source,) = self.source("odoo_conf").filtered(lambda one: one.host == "odoo-2")
        self.assertEqual(source.read_at, self.after(10))
        self.compare(8 * 24 * 60)
        self.assertFalse(source.exists())

    def test_rows_of_hosts_that_are_gone_are_deleted(self):
        self.load(-8 * 24 * 60, 4)
        self.load(1, 2, "odoo-3")
        self.load(2, 4, "odoo-3")
        self.hosts._gc_hosts()
        rows = self.hosts.search(
            [("host", "!=", reliability_drift_host.settings().host)]
        )
        self.assertEqual(rows.mapped("loaded"), [self.after(2)])


@tagged("-at_install", "post_install")
class TestRedis(DriftCase):
    """Each host may have another Redis, and only itself can read it."""

    def setUp(self):
        super().setUp()
        self.replace("redis", {"cache maxmemory": "0"})
        self.compare(10)

    def triggers(self):
        cron = self.env.ref("reliability_change.cron_compare_settings")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_a_host_that_has_none_leaves_that_of_another_one(self):
        source = self.source("redis")
        source.host = "odoo-2"
        self.replace("redis", lambda _env: None)
        self.compare(60)
        self.assertEqual(self.source("redis"), source)
        self.assertFalse(source.problem)

    def test_its_turn_comes_soon(self):
        self.source("redis").host = "odoo-2"
        self.replace("redis", lambda _env: None)
        self.alive.add("odoo-2")
        before = self.triggers()
        self.compare(70)
        self.assertEqual(self.triggers(), before)
        self.compare(130)
        self.assertEqual(self.triggers(), before + 1)

    def test_one_that_odoo_conf_does_not_name_any_more_is_unknown(self):
        self.replace("redis", lambda _env: None)
        self.compare(60)
        self.assertEqual(self.source("redis").state, "unknown")
        self.assertIn("odoo.conf does not name them", self.source("redis").problem_text)
        self.replace("redis", {"cache maxmemory": "1"})
        self.assertEqual(self.compare(120).before, "0")
