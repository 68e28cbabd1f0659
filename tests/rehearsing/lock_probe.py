"""Who waits for locks of rehearsals, and how long.

Waits are sampled every few milliseconds; PostgreSQL logs those that are longer than
`MAX_MS`, also where the probe is not scheduled in time.
"""

import re
import threading
import time
from contextlib import closing

import psycopg2

from setup import ports, postgres

PAUSE = 0.004
MAX_MS = 50
_SETTINGS = {"log_lock_waits": "on", "deadlock_timeout": f"{MAX_MS}ms"}
_LOGGED = re.compile(
    r"process (\d+) still waiting for .*\n.*holding the locks?: ([\d, ]+)\."
)
_OURS = "SELECT pid FROM pg_stat_activity WHERE application_name = %(ours)s"
_WAITS = """
    SELECT waiter.pid,
           extract(epoch FROM clock_timestamp() - min(lock.waitstart))::float
      FROM pg_stat_activity AS waiter
      JOIN pg_locks AS lock ON lock.pid = waiter.pid AND NOT lock.granted
     WHERE waiter.wait_event_type = 'Lock' AND waiter.datname = %(database)s
       AND waiter.application_name <> %(ours)s
       AND EXISTS (SELECT FROM pg_stat_activity AS blocker
                    WHERE blocker.pid = ANY(pg_blocking_pids(waiter.pid))
                      AND blocker.application_name = %(ours)s)
     GROUP BY waiter.pid
"""


class LockProbe(threading.Thread):
    """Samples the backends that wait for those of a program.

    :ivar samples: their number
    :ivar longest: the longest sampled wait, in seconds
    :ivar too_long: the number of logged waits, which were longer than `MAX_MS`
    :ivar longest_gap: the longest time between two samples, in seconds
    """

    def __init__(self, database, application_name):
        super().__init__(daemon=True)
        self._parameters = {"database": database, "ours": application_name}
        self._is_over = threading.Event()
        self.samples = 0
        self.longest = self.longest_gap = 0.0
        self.too_long = 0
        self._ours = set()
        self._log = postgres.home() / "server.log"

    def __enter__(self):
        for name, value in _SETTINGS.items():
            postgres.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        postgres.psql("SELECT pg_reload_conf()")
        self._logged_before = self._log.stat().st_size
        self.start()
        return self

    def __exit__(self, *_error):
        self._is_over.set()
        self.join()
        for name in _SETTINGS:
            postgres.psql(f"ALTER SYSTEM RESET {name}")
        postgres.psql("SELECT pg_reload_conf()")
        self.too_long = sum(self._logged_waits())

    def _logged_waits(self):
        """Yield whether each logged wait is somebody else's for us."""
        with self._log.open() as log:
            log.seek(self._logged_before)
            for waiter, holders in _LOGGED.findall(log.read()):
                is_for_us = not self._ours.isdisjoint(map(int, holders.split(", ")))
                yield is_for_us and int(waiter) not in self._ours

    def run(self):
        with closing(self._connect()) as connection, connection.cursor() as cr:
            last = time.monotonic()
            while not self._is_over.wait(PAUSE):
                cr.execute(_WAITS, self._parameters)
                for _pid, seconds in cr.fetchall():
                    self.longest = max(self.longest, seconds or 0.0)
                cr.execute(_OURS, self._parameters)
                self._ours.update(pid for (pid,) in cr.fetchall())
                now = time.monotonic()
                self.longest_gap = max(self.longest_gap, now - last)
                last = now
                self.samples += 1

    def _connect(self):
        connection = psycopg2.connect(
            host=ports.LOOPBACK,
            port=postgres.port(),
            user=postgres.ACCOUNT,  # it sees what other roles wait for
            password=postgres.password(),
            dbname="postgres",
        )
        connection.autocommit = True
        return connection
