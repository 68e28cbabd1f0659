"""The demo's scenario of jobs.

A web shop's orders are imported by jobs of OCA's ``queue_job``.  One is postponed while
the shop is not available, and one fails.  The import of the catalog is killed with its
worker each time.  A price is refused, and the prices after it wait, since their channel
is sequential.  Runner, workers and kills are real; only the shop is simulated.
"""

import os
import signal
import time

from . import postgres
from .partners import web_shop
from .simulators.server import direct
from .steps import Failure, step

CHANNELS = "root:2,root.shop:2,root.shop.prices:1:sequential"
"""Of the demo's server; fewer jobs run at a time than it has workers for requests."""
HAS_RUN = "SELECT count(*) FROM queue_job WHERE model_name = 'simulated.shop'"
FIRST, USUAL = 1001, 12
"""Number of the first order, and how many are imported as usual."""
POSTPONED, FAILED = FIRST + USUAL, FIRST + USUAL + 1
PRICES = ("FURN_8888", "FURN_7777", "FURN_8900", "FURN_0096")
"""The first one is refused."""
LATER, SECONDS_BETWEEN = 60, 60
"""How many orders follow, one by one, while people look at the demo."""
DEATHS = 3
"""After so many queue_job gives the job up."""
SECONDS_TO_WAIT = 180

NOT_OVER = f"{HAS_RUN} AND state NOT IN ('done', 'failed')"
RUNNING = (
    "SELECT worker_pid FROM queue_job WHERE state = 'started' AND name LIKE '%{}%'"
)
# The runner looks for dead workers when a job changes, ten seconds after its start.
# Nobody waits for that: the start is dated back, and the job is changed.
STARTED_EARLIER = """
    WITH earlier AS (
        UPDATE queue_job SET date_enqueued = now() AT TIME ZONE 'UTC' - interval '12 s',
               reliability_started = now() AT TIME ZONE 'UTC' - interval '12 s'
         WHERE state = 'started' AND worker_pid = {} RETURNING id
    ) SELECT count(*) FROM earlier
"""


def run(server, admin, partners_url):
    """Run the scenario in a server's database, unless it has run there before.

    :param server: runs jobs in :data:`CHANNELS`; its workers reach the shop at the URL
    :param admin: the :class:`~.traffic.ApiUser` who creates the jobs
    """
    if int(postgres.psql(HAS_RUN, server.database)):
        return
    with step("Importing a web shop's orders by jobs; some fail, and workers die"):
        _Scenario(server, admin, partners_url).run()


class _Scenario:
    def __init__(self, server, admin, url):
        self._server = server
        self._admin = admin
        self._url = url

    def run(self):
        self._behave("in", "refuses", times=1)
        self._shop("send_prices", PRICES)
        self._shop("import_orders", FIRST, USUAL)
        self._wait_until_over()
        self._kill_workers()
        self._behave("out", "breaks", times=1)
        self._shop("import_orders", FAILED, 1)
        self._wait_until_over()
        self._behave("out", "unavailable", times=1)
        self._shop("import_orders", POSTPONED, 1)
        self._wait_until_over()
        self._shop("import_one_by_one", FAILED + 1, LATER, SECONDS_BETWEEN)

    def _kill_workers(self):
        """Kill each worker that imports the catalog, until the job is given up."""
        self._behave("out", "timeout_before", times=0)
        self._shop("import_catalog")
        for _death in range(DEATHS):
            pid = self._wait(lambda: self._psql(RUNNING.format("catalog")))
            os.kill(int(pid), signal.SIGKILL)
            self._wait(lambda pid=pid: self._psql(STARTED_EARLIER.format(pid)) == "0")
        self._behave("out", "ok", times=0)

    def _wait_until_over(self):
        """Wait until no job is left but the prices behind the one that was refused."""
        waiting = str(len(PRICES) - 1)
        self._wait(lambda: self._psql(NOT_OVER) == waiting)

    def _wait(self, condition):
        """Return what a condition returns, once it is true."""
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise Failure("jobs do not run as planned", log=self._server.log)
            time.sleep(0.1)
        return found

    def _shop(self, method, *arguments):
        self._admin.call("simulated.shop", method, *arguments)

    def _behave(self, operation, fault, times):
        """Plan the shop's next answers."""
        plan = {"operation": operation, "fault": fault, "times": times}
        direct(self._url, "behave", system=web_shop.NAME, **plan)

    def _psql(self, query):
        return postgres.psql(query, self._server.database)
