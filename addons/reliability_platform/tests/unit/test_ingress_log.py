"""The access log of an ingress, as it grows, is rotated and truncated."""

import json
import tempfile
from pathlib import Path
from unittest import TestCase

from ...watch.ingress.access_log import AccessLog


class TestAccessLog(TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "access.json"
        self.append(1)
        self.log = AccessLog(self.path)
        self.addCleanup(self.log.close)
        self.assertEqual(self.log.read(), [])

    def append(self, *numbers, mode="a"):
        with self.path.open(mode) as file:
            file.writelines(f"{json.dumps({'n': number})}\n" for number in numbers)

    def numbers(self):
        return [line.get("n") for line in self.log.read()]

    def test_it_begins_at_the_end_and_reads_each_line_once(self):
        self.append(2, 3)
        self.assertEqual(self.numbers(), [2, 3])
        self.append(4)
        self.assertEqual(self.numbers(), [4])
        self.assertEqual(self.numbers(), [])

    def test_what_is_written_while_it_is_closed_is_no_news(self):
        self.path.unlink()
        log = AccessLog(self.path)
        self.addCleanup(log.close)
        with self.assertRaises(FileNotFoundError):
            log.read()
        self.append(2)
        self.assertEqual(log.read(), [{"n": 2}])
        log.close()
        self.append(3)
        self.assertEqual(log.read(), [])

    def test_a_line_that_is_not_complete_waits_for_its_end(self):
        with self.path.open("a") as file:
            file.write('{"n": ')
            file.flush()
            self.assertEqual(self.numbers(), [])
            file.write("2}\n")
        self.assertEqual(self.numbers(), [2])

    def test_a_line_without_an_end_is_not_stored_for_ever(self):
        with self.path.open("a") as file:
            file.write("x" * 100_000)
        self.assertEqual(self.numbers(), [])
        self.assertEqual(self.log._partial, b"")

    def test_nothing_is_lost_where_it_is_renamed(self):
        self.append(2)
        self.path.rename(self.path.with_suffix(".1"))
        self.assertEqual(self.numbers(), [2])
        self.append(3)
        self.assertEqual(self.numbers(), [3])

    def test_old_and_new_file_are_read_at_once(self):
        self.append(2)
        self.path.rename(self.path.with_suffix(".1"))
        self.append(3)
        self.assertEqual(self.numbers(), [2, 3])

    def test_a_file_that_is_truncated_is_read_from_its_beginning(self):
        self.append(2, 3, 4)
        self.assertEqual(self.numbers(), [2, 3, 4])
        self.append(5, mode="w")
        self.assertEqual(self.numbers(), [5])

    def test_zeros_after_a_truncation_are_skipped(self):
        self.path.write_bytes(b"")
        self.assertEqual(self.numbers(), [])
        self.path.write_bytes(b"\0" * 500 + b'{"n": 2}\n')
        self.assertEqual(self.numbers(), [2])

    def test_what_is_no_object_is_an_empty_one(self):
        with self.path.open("a") as file:
            file.write('started\n[1]\n"text"\n\n{"n": 2}\n\xff\n')
        self.assertEqual(self.numbers(), [None, None, None, 2, None])

    def test_of_too_much_the_end_is_read(self):
        log = AccessLog(self.path, max_bytes=100)
        self.addCleanup(log.close)
        log.read()
        self.append(*range(1000, 2000))
        numbers = [line["n"] for line in log.read()]
        self.assertEqual(numbers, list(range(2000 - len(numbers), 2000)))
        self.assertTrue(0 < len(numbers) <= 10)
        self.append(2)
        self.assertEqual([line["n"] for line in log.read()], [2])

    def test_a_file_that_cannot_be_read_is_an_error(self):
        log = AccessLog(self.path.with_name("none"))
        with self.assertRaises(OSError):
            log.read()

    def test_a_file_that_appears_later_is_read_from_its_beginning(self):
        log = AccessLog(self.path.with_name("later"))
        self.addCleanup(log.close)
        with self.assertRaises(OSError):
            log.read()
        self.path.with_name("later").write_text('{"n": 1}\n')
        self.assertEqual(log.read(), [{"n": 1}])
