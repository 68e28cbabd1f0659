"""What goes wrong in a year, within minutes: one thing after the other, at random."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter

from setup import postgres

SECONDS_BETWEEN = (1.0, 4.0)
SECONDS_FULL = 5.0
SIZE = "48m"


class Chaos(threading.Thread):
    """Kills, restarts and fills up, until it is told to stop.

    :ivar done: what → how often
    :param folder: of the server's telemetry; a tmpfs, where it can be filled up
    """

    def __init__(self, server, folder, seed):
        super().__init__(daemon=True)
        self._server = server
        self._folder = folder
        self._chance = random.Random(seed)
        self._over = threading.Event()
        self.done = Counter()

    def stop(self):
        self._over.set()
        self.join()

    def run(self):
        happenings = {
            self._kill_a_worker: 60,
            self._kill_the_collector: 20,
            self._reload: 6,
            self._restart_postgresql: 6,
            self._fill_up: 8 if os.path.ismount(self._folder) else 0,
        }
        while not self._over.wait(self._chance.uniform(*SECONDS_BETWEEN)):
            (happening,) = self._chance.choices(*zip(*happenings.items(), strict=True))
            if happening():
                self.done[happening.__name__.strip("_").replace("_", " ")] += 1

    def _kill_a_worker(self):
        return self._kill(self._server.worker_pids())

    def _kill_the_collector(self):
        return self._kill([pid for pid in [self._server.collector_pid()] if pid])

    def _kill(self, pids):
        with contextlib.suppress(ProcessLookupError):
            if pids:
                os.kill(self._chance.choice(pids), signal.SIGKILL)
                return True
        return False

    def _reload(self):
        self._server.reload()
        time.sleep(8)  # until the old workers have gone
        return True

    def _restart_postgresql(self):
        postgres.stop()
        time.sleep(1)
        postgres.start()
        return True

    def _fill_up(self):
        ballast = self._folder / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        time.sleep(SECONDS_FULL)
        ballast.unlink()
        return True


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
