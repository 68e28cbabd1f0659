"""The demo: real work on a real Odoo, compared with Prometheus and Odoo's rollups."""

import random
import time
from dataclasses import dataclass, field

from . import (
    alerting,
    databases,
    paths,
    postgres,
    recovery,
    scenario,
    scenario_of_checks,
    scenario_of_deployments,
    scenario_of_documents,
    scenario_of_jobs,
    scenario_of_parcels,
    telemetry_folders,
    traffic,
)
from .comparison import Comparison
from .demo_odoo import DemoOdoo
from .mail_server import MailServer
from .probe import Probe
from .prometheus import Prometheus
from .simulators.server import SimulatorServer
from .steps import Failure, say, step

FOLDER = paths.RUN / "demo"
HTTP_PORT, EVENTED_PORT, METRICS_PORT, PROMETHEUS_PORT = 8069, 8072, 9108, 9090
CARRIERS_PORT, PARTNERS_PORT, MAIL_PORT = 8070, 8071, 8025
ALERTMANAGER_PORT = 9093
HTTPS_PORT, INGRESS_METRICS_PORT = 8443, 8404
REDIS_PORT = 6399

NEW_ORDERS = 300
CANCELLED = 30  # nobody can confirm these
NOT_THEIRS = 10  # a salesperson sees only orders of their own
PICKED, SHORT, UNTOUCHED = 60, 6, 8  # deliveries
INVOICES, POSTED_TWICE = 40, 5
SECONDS_UNTIL_SCRAPED = 180

# Login and password are the same; the groups on top of Odoo's demo users.
USERS = {
    "warehouse": ["stock.group_stock_manager", "reliability.group_viewer"],
    "ops": ["reliability.group_manager", "queue_job.group_queue_job_manager"],
}

# Outcome of a call → the answer that the user gets.
ANSWERS = {"rejected": "refused", "failed": "failed", "killed": "broken"}


@dataclass
class Flow:
    """Calls of one operation, and their actual outcomes.

    :ivar operation: the label in metrics
    :ivar title: what was done, for people
    :ivar done: a query that counts the records that are done
    :ivar actual: outcome → calls, from the database and from the users' answers
    """

    operation: str
    title: str
    calls: traffic.Calls
    done: str
    actual: dict = field(default_factory=dict)

    def run(self, attempts):
        """Make the calls, and add up their actual outcomes."""
        before = self._count()
        self.calls.run(attempts)
        answered = {
            outcome: self.calls.answers[answer] for outcome, answer in ANSWERS.items()
        }
        done = self.actual.get("success", 0) + self._count() - before
        self.actual = {"success": done, **answered}

    def _count(self):
        return int(postgres.psql(self.done, databases.DEMO))


def run():
    """Start all servers, let users work, compare, and write the scenarios."""
    carriers = SimulatorServer("carriers", FOLDER, CARRIERS_PORT)
    partners = SimulatorServer("partners", FOLDER, PARTNERS_PORT)
    mail = MailServer(FOLDER, MAIL_PORT)
    server = DemoOdoo(
        databases.DEMO,
        FOLDER,
        https_port=HTTPS_PORT,
        ingress_metrics_port=INGRESS_METRICS_PORT,
        redis_port=REDIS_PORT,
        http_port=HTTP_PORT,
        gevent_port=EVENTED_PORT,
        metrics_port=METRICS_PORT,
        # The external API logs with every call that it is deprecated.
        options={
            "log_handler": ":INFO,odoo.addons.rpc.controllers.xmlrpc:ERROR",
            **mail.options,
        },
        variables={
            "SIMULATED_CARRIERS": carriers.url,
            "SIMULATED_PARTNERS": partners.url,
        },
        reliability={
            **alerting.options_of(ALERTMANAGER_PORT),
            **scenario_of_deployments.options(),
        },
        channels=scenario_of_jobs.CHANNELS,
    )
    prometheus = Prometheus(
        FOLDER, PROMETHEUS_PORT, METRICS_PORT, alertmanager=ALERTMANAGER_PORT
    )
    if not databases.is_provisioned():
        Probe.stop()
        server.stop()  # no server may run on a database that is replaced
    ensure_database()
    with step("Starting Odoo, HAProxy, Redis, Prometheus and simulated systems"):
        carriers.start()
        partners.start()
        mail.start()
        server.start()
        prometheus.start()
    with step("Starting Alertmanager"):
        alertmanager = alerting.alertmanager_of(server, FOLDER, ALERTMANAGER_PORT)
        alertmanager.start()
    admin = log_in(server, "admin")
    with step("Making users"):
        make_users(admin)
    _wait_for_scrape(prometheus)
    comparison = Comparison(prometheus, server)
    warehouse = log_in(server, "warehouse")
    flows = _work(admin, log_in(server, "demo"), warehouse)
    comparison.show(flows)
    # First what is written, since it happened earlier.
    scenario.write(server)
    scenario_of_jobs.run(server, admin, partners.url)
    scenario_of_parcels.run(server, warehouse, carriers.url)
    scenario_of_documents.run(server, admin, partners.url)
    scenario_of_checks.run(server, admin)
    scenario_of_checks.go_on_over_http(server, admin)
    scenario.evaluate(admin)
    with step("Loading rules for the objectives into Prometheus"):
        alerting.load_rules(server, prometheus)
    recovery.run(server, admin)
    scenario_of_deployments.decide(admin)
    _print_addresses(server, prometheus, alertmanager)


def ensure_database():
    """Make the demo's database, and replace it when our addons have changed."""
    if not databases.is_provisioned():
        databases.provision()
    postgres.start()
    if not databases.exists(databases.DEMO):
        databases.copy(databases.FULL, databases.DEMO)
        # An earlier database of that name was counted there.
        telemetry_folders.remove(FOLDER)


def _work(admin, demo, warehouse):
    """Let users confirm orders, validate deliveries and post invoices."""
    orders = Flow(
        "order_confirmation",
        "orders confirmed",
        traffic.confirmations(),
        "SELECT count(*) FROM sale_order WHERE state = 'sale'",
    )
    transfers = Flow(
        "transfer_validation",
        "transfers validated",
        # Without this Odoo opens a dialog about an SMS to the customer.
        traffic.Calls("stock.picking", "button_validate", skip_sms=True),
        "SELECT count(*) FROM stock_picking WHERE state = 'done'",
    )
    invoices = Flow(
        "invoice_posting",
        "invoices posted",
        traffic.Calls("account.move", "action_post"),
        "SELECT count(*) FROM account_move WHERE state = 'posted'",
    )
    with step(f"Confirming {NEW_ORDERS} new orders and Odoo's demo quotations"):
        orders.run(_attempts(admin, demo))
    with step(f"Validating {PICKED + SHORT + UNTOUCHED} deliveries"):
        ids = traffic.pick_transfers(warehouse, PICKED, SHORT, UNTOUCHED)
        transfers.run([(warehouse, transfer) for transfer in ids])
    with step(f"Posting {INVOICES} invoices"):
        ids = traffic.make_invoices(admin, INVOICES)
        invoices.run([(admin, invoice) for invoice in ids])
        invoices.run([(admin, invoice) for invoice in ids[:POSTED_TWICE]])
    return orders, transfers, invoices


def log_in(server, login):
    """Log one of the demo's users in to the external API of a server."""
    return traffic.ApiUser(server.url, server.database, login, login)


def make_users(admin):
    """Make the users of the demo, unless they exist."""
    for login, groups in USERS.items():
        if admin.call("res.users", "search", [("login", "=", login)]):
            continue
        ids = [admin.ref(name) for name in ("base.group_user", *groups)]
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
    """Return (user, order) of each call, shuffled; some calls cannot succeed."""
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


def _wait_for_scrape(prometheus):
    """Wait until Prometheus has scraped the collector once."""
    deadline = time.monotonic() + SECONDS_UNTIL_SCRAPED
    while not prometheus.query("odoo_reliability_slots"):
        if time.monotonic() > deadline:
            raise Failure(
                "Prometheus has not scraped the collector",
                f"read the reason at http://127.0.0.1:{PROMETHEUS_PORT}/targets.",
            )
        time.sleep(0.5)


def _print_addresses(server, prometheus, alertmanager):
    say(f"""
Odoo          {server.url}  (admin/admin, warehouse/warehouse, ops/ops)
and HAProxy   {server.ingress.url}  (certificate of its CA: {server.authority})
Prometheus    {prometheus.url}
Alertmanager  {alertmanager.url}
Redis         {server.redis.url}  (empty: only Platform reads it)
/metrics      {server.metrics_url}  (token in {paths.METRICS_TOKEN})
make stop     stops all of them""")
