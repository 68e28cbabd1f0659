"""A program that leaves a transaction open: for the picture of the page *Platform*."""

import time
from contextlib import closing, contextmanager

import psycopg2

from . import ports, postgres
from .steps import Failure, step

PROGRAM, MINUTES = "price import", 1
THRESHOLD = "reliability.platform.threshold"
IS_REPORTED = """
    SELECT count(*) FROM reliability_host
     WHERE report::jsonb -> 'problems' @> '[{"code": "transaction_open"}]'
"""
SECONDS_UNTIL_REPORTED = 300


@contextmanager
def open_transaction(server, admin):
    """Leave a transaction open for the block, which begins once Odoo knows of it.

    :param admin: the :class:`~.traffic.ApiUser` who lowers the threshold to a minute
    :raise Failure: the collector does not report it
    """
    thresholds = admin.call(THRESHOLD, "search", [("code", "=", "transaction_open")])
    admin.call(THRESHOLD, "write", thresholds, {"value": MINUTES})
    with (
        closing(_connect(server.database)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT list_price FROM product_template")
        with step(f"Leaving a transaction open for {MINUTES} minute"):
            _wait_for_report(server.database)
        yield


def _connect(database):
    return psycopg2.connect(
        host=ports.LOOPBACK,
        port=postgres.port(),
        user=postgres.ROLE,
        password=postgres.password(),
        dbname=database,
        application_name=PROGRAM,
    )


def _wait_for_report(database):
    deadline = time.monotonic() + SECONDS_UNTIL_REPORTED
    while not int(postgres.psql(IS_REPORTED, database)):
        if time.monotonic() > deadline:
            raise Failure("The collector does not report the open transaction")
        time.sleep(1)
