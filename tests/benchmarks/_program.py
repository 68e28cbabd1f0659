"""The collector as a separate program, on the database of the benchmarks."""

import contextlib
import subprocess
import sys
import time

from setup import bench, odoo_config, paths, ports, python_env

sys.path.insert(0, str(paths.ROOT / "tests"))

from metrics import fetch, parse

AS_PROMETHEUS = {
    "Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
    "Accept-Encoding": "gzip",
}
_TIMEOUT = 60


class Program:
    """A running collector.

    :ivar pid: of its process
    """

    def __init__(self, pid, port):
        self.pid = pid
        self._url = f"http://{ports.LOOPBACK}:{port}/metrics"
        self._token = odoo_config.metrics_token().read_text()

    def scrape(self):
        """Scrape it as Prometheus does.

        :return: status and text
        :raise OSError: it does not answer
        """
        return fetch(self._url, self._token, AS_PROMETHEUS)

    def events(self):
        """Return the number of events that it has read and saved so far."""
        return self._samples()["odoo_reliability_events_total", ()]

    def dropped(self):
        """Return the events that were not recorded: labels with the reason → number."""
        return {
            labels: value
            for (name, labels), value in self._samples().items()
            if name == "odoo_reliability_dropped_total" and value
        }

    def _samples(self):
        return parse(fetch(self._url, self._token)[1])

    def wait(self):
        """Wait until it is the leader and answers."""
        deadline = time.monotonic() + _TIMEOUT
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.scrape()[0] == 200:
                    return
            time.sleep(0.2)
        raise TimeoutError("the collector does not answer")


@contextlib.contextmanager
def collector_program(folder):
    """Run a collector for the block, on the slots in a folder."""
    config = bench.FOLDER / "collector" / "odoo.conf"
    port = ports.free_port()
    reliability = {"telemetry_dir": folder, "metrics_port": port, "host": "bench"}
    odoo_config.write(config, {"db_name": bench.DATABASE}, reliability)
    command = [paths.PYTHON, paths.LAUNCHER, "reliability_collector", "-c", config]
    with (config.parent / "collector.log").open("w") as log:
        process = subprocess.Popen(
            command, env=python_env.environ(), cwd=paths.RUN, stdout=log, stderr=log
        )
    try:
        program = Program(process.pid, port)
        program.wait()
        yield program
    finally:
        process.terminate()
        process.wait(_TIMEOUT)
