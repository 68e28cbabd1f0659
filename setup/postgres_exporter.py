"""Debian's ``prometheus-postgres-exporter``, on a private cluster.

It runs in the block of ``with``.  Wraparound is none of its metrics: it gets the query
of later versions, from https://github.com/prometheus-community/postgres_exporter,
``collector/pg_database_wraparound.go``.
"""

import contextlib
import os
import subprocess
import time
import urllib.request

import psutil

from . import debian, paths, ports

PACKAGE = "prometheus-postgres-exporter"
_TIMEOUT = 60
_QUERIES = """\
pg_database_wraparound:
  query: >-
    SELECT datname, age(d.datfrozenxid) AS age_datfrozenxid,
           mxid_age(d.datminmxid) AS age_datminmxid
      FROM pg_catalog.pg_database d WHERE d.datallowconn
  metrics:
    - datname: {usage: LABEL, description: Name}
    - age_datfrozenxid: {usage: GAUGE, description: Transactions}
    - age_datminmxid: {usage: GAUGE, description: Multixacts}
"""


class PostgresExporter:
    """The exporter of a cluster.

    :param cluster: a :class:`.private_cluster.PrivateCluster`
    :param user: the role that it connects with
    """

    def __init__(self, cluster, user):
        self._port = ports.free_port()
        self._source = f"host={cluster.folder} user={user} dbname=postgres"
        self._process = None

    def __enter__(self):
        debian.ensure(PACKAGE)
        queries = paths.RUN / "postgres-exporter.yaml"
        queries.write_text(_QUERIES)
        address = f"{ports.LOOPBACK}:{self._port}"
        with paths.log("postgres-exporter").open("a") as log:
            self._process = subprocess.Popen(
                [
                    debian.program(PACKAGE),
                    f"--web.listen-address={address}",
                    f"--extend.query-path={queries}",
                ],
                env={
                    **os.environ,
                    "DATA_SOURCE_NAME": f"{self._source} sslmode=disable",
                },
                stdout=log,
                stderr=log,
            )
        self._wait()
        return self

    def __exit__(self, *_error):
        self._process.kill()
        self._process.wait()

    def scrape(self):
        """Return the text of its metrics.

        :raise OSError: it does not respond
        """
        url = f"http://{ports.LOOPBACK}:{self._port}/metrics"
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as response:
            return response.read().decode()

    def processor_time(self):
        """Return the seconds for which it has computed."""
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    def _wait(self):
        deadline = time.monotonic() + _TIMEOUT
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.scrape()
                return
            time.sleep(0.1)
        self.__exit__()
        raise TimeoutError(f"{PACKAGE} does not respond")
