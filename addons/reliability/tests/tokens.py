"""Tokens of ``/metrics``; plain Python, for tests with Odoo and without."""

from werkzeug.test import Client

from ..collector.collector import Collector
from ..telemetry.access import Access, digest_of
from ..telemetry.exposition import Gauge, GaugeSheet
from ..telemetry.slots.lease import boot_time
from .recordings import FolderCase, record, series


class AccessCase(FolderCase):
    """A mixin: a collector of three databases, each with a token, and an idle one."""

    def setUp(self):
        super().setUp()
        self.token_file = self.folder / "token"
        self.token_file.write_text("of-all")
        self.collector = Collector(self.folder)
        self.addCleanup(self.collector.close)
        recorder = self.recorder()
        for db in ("one", "two", 'a"b'):
            record(recorder, series(db=db))
            self.collector.set_gauges(
                db, GaugeSheet(boot_time(), [Gauge("odoo_probe", "", (), [((), 1)])])
            )
        self.collector.cycle()
        self.collector.existing = frozenset({"one", "two", 'a"b', "idle"})
        self.access = Access(self.token_file)
        self.access.databases = {
            "one": digest_of("of-one"),
            "two": digest_of("of-two"),
            'a"b': digest_of("of-awkward"),
        }

    def get(self, app, token, path="/metrics", method="GET", headers=()):
        headers = dict(headers)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return Client(app).open(path, method=method, headers=headers)

    def assert_only(self, text, own, others):
        """Check that all samples have the label of one database, and of no other."""
        samples = [line for line in text.splitlines() if not line.startswith("#")]
        self.assertTrue(any("_count{" in line for line in samples))
        self.assertTrue(any(line.startswith("odoo_probe") for line in samples))
        for line in samples:
            if "odoo_reliability_snapshot_age_seconds" not in line:
                self.assertIn(own, line)
        for other in others:
            self.assertNotIn(other, text)
