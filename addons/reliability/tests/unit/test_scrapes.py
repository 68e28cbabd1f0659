"""When the metrics of a database were last read on this host."""

import os
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

from ...collector import scrapes
from ...telemetry.access import EVERYTHING


class TestScrapes(TestCase):
    def setUp(self):
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def last(self, db="one"):
        return scrapes.last(self.folder, db)

    def test_nothing_is_known_at_first(self):
        self.assertIsNone(self.last())

    def test_a_database_is_read_with_its_own_token(self):
        scrapes.record(self.folder, "one")
        self.assertIsInstance(self.last(), datetime)
        self.assertIsNone(self.last("two"))

    def test_the_servers_token_reads_all_databases(self):
        scrapes.record(self.folder, EVERYTHING)
        self.assertEqual(self.last("one"), self.last("two"))
        self.assertIsNotNone(self.last())

    def test_the_last_one_counts(self):
        scrapes.record(self.folder, EVERYTHING)
        (everything,) = self.folder.iterdir()
        os.utime(everything, (1_700_000_000, 1_700_000_000))
        self.assertEqual(self.last(), datetime(2023, 11, 14, 22, 13, 20))
        scrapes.record(self.folder, "one")
        self.assertGreater(self.last(), self.last("two"))

    def test_a_name_that_is_no_file_name(self):
        scrapes.record(self.folder, "../a/b ü")
        self.assertIsNotNone(self.last("../a/b ü"))
        self.assertEqual(len(list(self.folder.iterdir())), 1)

    def test_storage_that_is_gone_is_no_error(self):
        scrapes.record(self.folder / "gone", "one")
        self.assertIsNone(scrapes.last(self.folder / "gone", "one"))

    def test_a_link_is_not_followed(self):
        scrapes.record(self.folder, "one")
        (path,) = self.folder.iterdir()
        target = self.folder / "target"
        path.unlink()
        path.symlink_to(target)
        scrapes.record(self.folder, "one")
        self.assertFalse(target.exists())
