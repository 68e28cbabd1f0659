"""How long the disks of PostgreSQL last."""

from unittest import TestCase

from ...watch.postgres.disk import (
    FileSystem,
    Growth,
    distinct,
    find_problems,
    read_file_system,
)
from ...watch.thresholds import DEFAULTS

GIGABYTE, HOUR = 1 << 30, 3_600
DISK = FileSystem(1, "/data", 50 * GIGABYTE, 50 * GIGABYTE)


def disk(percent, **changes):
    free = percent * GIGABYTE
    return DISK._replace(free=free, used=100 * GIGABYTE - free, **changes)


class TestRoom(TestCase):
    def problems(self, *disks, days=None):
        return find_problems(disks, days or {}, DEFAULTS)

    def test_too_little_is_free(self):
        self.assertEqual(self.problems(disk(10)), [])
        (problem,) = self.problems(disk(9), disk(8, device=2, folder="/wal"))
        self.assertEqual(problem.code, "postgres_disk_short")
        self.assertEqual(problem.numbers, {"bytes": 8 * GIGABYTE, "percent": 8.0})
        self.assertEqual(problem.names, {"folder": "/wal"})
        self.assertEqual(problem.devices, (1, 2))

    def test_it_is_full_within_days(self):
        self.assertEqual(self.problems(DISK, days={"/data": 3.1}), [])
        (problem,) = self.problems(DISK, days={"/data": 2.5})
        self.assertEqual(problem.code, "postgres_disk_short")
        self.assertEqual(problem.numbers["days"], 2.5)

    def test_a_full_disk_is_the_only_problem(self):
        for full in (disk(0.9), DISK._replace(free=60 << 20, used=GIGABYTE)):
            (problem,) = self.problems(disk(9), full, days={"/data": 0.1})
            self.assertEqual(problem.code, "postgres_disk_full")
            self.assertEqual(problem.numbers["bytes"], full.free)

    def test_what_cannot_be_read_is_unknown(self):
        self.assertIsNone(read_file_system("/no/such/folder"))
        self.assertEqual(distinct([None, DISK, DISK._replace(folder="/wal")]), [DISK])


class TestGrowth(TestCase):
    def days(self, hours, growth, free=10 * GIGABYTE):
        """Return the days until it is full, after some hours of growth.

        :param growth: in bytes per hour
        """
        found = Growth()
        for second in range(0, int(hours * HOUR) + 1, 60):
            found.add(second, int(growth * second / HOUR))
        return found.days_until_full(free)

    def test_it_is_extrapolated(self):
        self.assertAlmostEqual(self.days(2, GIGABYTE), 10 / 24, places=3)

    def test_half_an_hour_is_needed(self):
        self.assertIsNone(self.days(0, GIGABYTE))
        self.assertIsNone(self.days(0.4, GIGABYTE))
        self.assertIsNotNone(self.days(0.5, GIGABYTE))

    def test_what_does_not_grow_is_never_full(self):
        self.assertIsNone(self.days(6, 0))
        self.assertIsNone(self.days(6, -GIGABYTE))

    def test_an_hour_of_growth_is_not_extrapolated_to_days(self):
        self.assertIsNone(self.days(1, GIGABYTE, 60 * GIGABYTE))
        self.assertAlmostEqual(self.days(4, GIGABYTE, 60 * GIGABYTE), 2.5, places=3)
