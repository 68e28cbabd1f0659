"""The demo: real orders on a real Odoo, and what Prometheus knows of them."""

import random
import time

from . import databases, paths, postgres, traffic
from .odoo_server import OdooServer
from .prometheus import Prometheus
from .steps import Failure, say, step

FOLDER = paths.RUN / "demo"
HTTP_PORT, EVENTED_PORT, METRICS_PORT, PROMETHEUS_PORT = 8069, 8072, 9108, 9090

NEW_ORDERS = 300
CANCELLED = 30  # nobody can confirm these
NOT_THEIRS = 10  # a salesperson sees only orders of their own
SECONDS_UNTIL_SCRAPED = 30

# Login and password are the same; the groups on top of Odoo's demo users.
USERS = {
    "warehouse": ["stock.group_stock_manager", "reliability.group_viewer"],
    "ops": ["reliability.group_manager"],
}

CALLS = f"odoo_operation_duration_seconds_count{{db='{databases.DEMO}'}}"
OPERATION = "odoo_operation_duration_seconds_bucket{outcome='success'}"


def run():
    """Start everything, let users confirm orders, and compare."""
    server = OdooServer(
        databases.DEMO,
        FOLDER,
        http_port=HTTP_PORT,
        gevent_port=EVENTED_PORT,
        metrics_port=METRICS_PORT,
        # The external API says with every call that Odoo 20 will have another one.
        options={"log_handler": ":INFO,odoo.addons.rpc.controllers.xmlrpc:ERROR"},
    )
    prometheus = Prometheus(FOLDER, PROMETHEUS_PORT, METRICS_PORT)
    if not databases.is_current(databases.DEMO):
        server.stop()  # it must not run on a database that is made anew
    databases.ensure(databases.DEMO)
    with step("Starting Odoo with two workers, and Prometheus"):
        server.start()
        prometheus.start()
    admin, demo = _log_in(server)
    with step("Making users"):
        _make_users(admin)
    _wait_for_scrape(prometheus)
    known, facts = _counts(prometheus), _orders_confirmed()
    confirmations = traffic.Confirmations()
    with step(f"Confirming {NEW_ORDERS} new orders and Odoo's demo quotations"):
        confirmations.run(_attempts(admin, demo))
    facts = _orders_confirmed() - facts
    _compare(prometheus, known, facts, confirmations)
    _say_where(server, prometheus)


def _log_in(server):
    return [
        traffic.ApiUser(server.url, databases.DEMO, login, login)
        for login in ("admin", "demo")
    ]


def _make_users(admin):
    """Make the users of the demo, unless they are there."""
    for login, groups in USERS.items():
        if admin.call("res.users", "search", [("login", "=", login)]):
            continue
        names = [name.split(".") for name in ["base.group_user", *groups]]
        ids = [
            admin.call("ir.model.data", "check_object_reference", *name)[1]
            for name in names
        ]
        admin.call(
            "res.users",
            "create",
            {
                "name": login.capitalize(),
                "login": login,
                "password": login,
                "group_ids": [(6, 0, ids)],
            },
        )


def _attempts(admin, demo):
    """Who tries to confirm which order, in a random order, some of them in vain."""
    quotations = admin.call(
        "sale.order", "search", [("state", "in", ("draft", "sent"))]
    )
    attempts = [(admin, order) for order in quotations]
    for user in (demo, admin):
        orders = traffic.make_orders(user, NEW_ORDERS // 2)
        user.call("sale.order", "action_cancel", orders[: CANCELLED // 2])
        attempts += [(user, order) for order in orders]
    attempts += [(demo, order) for order in orders[:NOT_THEIRS]]  # the admin's
    random.Random(1).shuffle(attempts)
    return attempts


def _orders_confirmed():
    return int(
        postgres.psql(
            "SELECT count(*) FROM sale_order WHERE state = 'sale'", databases.DEMO
        )
    )


def _counts(prometheus):
    """How many calls ended in each way, as Prometheus knows it now."""
    samples = prometheus.query(f"sum by (outcome) ({CALLS})")
    return {s["metric"]["outcome"]: int(float(s["value"][1])) for s in samples}


def _wait_for_scrape(prometheus):
    """Wait until Prometheus has seen the collector at all."""
    deadline = time.monotonic() + SECONDS_UNTIL_SCRAPED
    while not prometheus.query("odoo_reliability_slots"):
        if time.monotonic() > deadline:
            raise Failure(
                "Prometheus has not seen the collector",
                f"look at http://127.0.0.1:{PROMETHEUS_PORT}/targets for the reason.",
            )
        time.sleep(0.5)


def _compare(prometheus, known, orders_confirmed, confirmations):
    """Print Prometheus' numbers beside the facts.

    :raise Failure: they differ
    """
    answers = confirmations.answers
    facts = {
        "success": (orders_confirmed, "orders confirmed in the database"),
        "rejected": (answers["refused"], "refusals that the users met"),
        "failed": (answers["failed"], "other errors that the users met"),
        "killed": (answers["broken"], "calls that nobody answered"),
    }
    expected = {outcome: count for outcome, (count, _what) in facts.items()}
    counted = _wait_for_counts(prometheus, known, expected)
    say(f"\n{'':10} {'Prometheus':>12} {'facts':>8}")
    for outcome, (count, what) in facts.items():
        say(f"{outcome:10} {counted[outcome]:12} {count:8}  {what}")
    say(f"{'retried':10} {counted['retried']:12} {'':8}  tries that met another user\n")
    for quantile in (0.5, 0.95):
        within = f"histogram_quantile({quantile}, sum by (le) ({OPERATION}))"
        seconds = float(prometheus.query(within)[0]["value"][1])
        say(f"{quantile:4.0%} of confirmations took at most {seconds:.2f} s")
    if {outcome: counted[outcome] for outcome in expected} != expected:
        raise Failure(
            "Prometheus and the facts differ",
            f"look for warnings of reliability in {FOLDER / 'odoo.log'}.",
        )
    say("Prometheus and the facts are equal.")


def _wait_for_counts(prometheus, known, expected):
    """The new calls by outcome, once they are as expected or time is up."""
    deadline = time.monotonic() + SECONDS_UNTIL_SCRAPED
    while True:
        now = _counts(prometheus)
        new = {outcome: count - known.get(outcome, 0) for outcome, count in now.items()}
        if all(new.get(outcome) == count for outcome, count in expected.items()):
            return new
        if time.monotonic() > deadline:
            return {"retried": 0, **dict.fromkeys(expected, 0), **new}
        time.sleep(0.5)


def _say_where(server, prometheus):
    say(f"""
Odoo        {server.url}  (admin/admin, warehouse/warehouse, ops/ops)
Prometheus  {prometheus.url}
/metrics    {server.metrics_url}  (token in {paths.METRICS_TOKEN})
make stop   ends it all""")
