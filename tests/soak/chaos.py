"""Random faults, one after the other: a year's failures within minutes."""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter

from actor import Actor

from setup import ports, postgres

SECONDS_BETWEEN = (1.0, 4.0)
SECONDS_FULL = 5.0
SECONDS_UNTIL_PORTS_ARE_FREE = 30.0
SIZE = "48m"
HOUR = 3600.0
ENDED = "server ended, started anew"
CLOCKS = (0.0, HOUR, -HOUR / 6, 26 * HOUR)  # seconds by which the server's is ahead


class Chaos(Actor):
    """Kills and restarts processes, fills storage and sets the clock until stopped.

    At its end it sets the clock right.

    :ivar done: fault → how often
    :param folder: of the server's telemetry; filled up only where it is a tmpfs
    :param log: a file for the time of each fault
    """

    def __init__(self, server, clock, folder, log, seed):
        super().__init__()
        self._server = server
        self._clock = clock
        self._folder = folder
        self._log = log
        self._chance = random.Random(seed)
        self._weights = {
            self._worker_killed: 60,
            self._collector_killed: 20,
            self._server_reloaded: 6,
            self._postgresql_restarted: 6,
            self._storage_full: 8 if os.path.ismount(folder) else 0,
            self._clock_set: 10,
        }
        self.done = Counter({_name(action): 0 for action in self._weights})
        self.done[ENDED] = 0

    def act(self):
        self._log.write_text("")
        with contextlib.ExitStack() as cleanup:
            cleanup.callback(self._clock.set, 0.0)
            while not self.is_over(self._chance.uniform(*SECONDS_BETWEEN)):
                if (action := self._choose())():
                    self._record(_name(action))
                self._start_if_it_ended()

    def _choose(self):
        actions, weights = zip(*self._weights.items(), strict=True)
        return self._chance.choices(actions, weights)[0]

    def _record(self, fault):
        self.done[fault] += 1
        with self._log.open("a") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {fault}, ")
            log.write(f"server's clock {self._clock.ahead:+.0f} s\n")

    def _start_if_it_ended(self):
        """Start Odoo if it ended: it does if a worker starts without PostgreSQL."""
        if not self._server.pid:
            self._server.kill()  # remaining child processes
            self._wait_for_ports()
            self._server.start()
            self._record(ENDED)

    def _wait_for_ports(self):
        """Wait until the ports are free, which may be after all processes have ended."""
        deadline = time.monotonic() + SECONDS_UNTIL_PORTS_ARE_FREE
        while not all(map(ports.is_free, self._server.ports())):
            if time.monotonic() > deadline:
                return  # starting the server fails then, naming the process
            time.sleep(0.1)

    def _worker_killed(self):
        return self._kill(self._server.worker_pids())

    def _collector_killed(self):
        return self._kill([pid for pid in [self._server.collector_pid()] if pid])

    def _kill(self, pids):
        with contextlib.suppress(ProcessLookupError):
            if pids:
                os.kill(self._chance.choice(pids), signal.SIGKILL)
                return True
        return False

    def _server_reloaded(self):
        self._server.reload()
        time.sleep(8)  # until the old workers have gone
        return True

    def _postgresql_restarted(self):
        postgres.stop()
        time.sleep(1)
        postgres.start()
        return True

    def _storage_full(self):
        ballast = self._folder / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        time.sleep(SECONDS_FULL)
        ballast.unlink()
        return True

    def _clock_set(self):
        others = [ahead for ahead in CLOCKS if ahead != self._clock.ahead]
        self._clock.set(self._chance.choice(others))
        return True


def _name(action):
    return action.__name__.strip("_").replace("_", " ")


@contextlib.contextmanager
def tmpfs(folder):
    """Mount a small tmpfs for the block, where we may."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={SIZE},mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
