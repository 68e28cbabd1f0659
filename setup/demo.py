"""The demo: real work on a real Odoo, and what Prometheus and Odoo know of it."""

import random
import time
from dataclasses import dataclass, field

from . import (
    databases,
    paths,
    postgres,
    story,
    story_of_documents,
    story_of_parcels,
    traffic,
)
from .comparison import Comparison
from .mail_server import MailServer
from .odoo_server import OdooServer
from .prometheus import Prometheus
from .simulators.server import SimulatorServer
from .steps import Failure, say, step

FOLDER = paths.RUN / "demo"
HTTP_PORT, EVENTED_PORT, METRICS_PORT, PROMETHEUS_PORT = 8069, 8072, 9108, 9090
CARRIERS_PORT, PARTNERS_PORT, MAIL_PORT = 8070, 8071, 8025

NEW_ORDERS = 300
CANCELLED = 30  # nobody can confirm these
NOT_THEIRS = 10  # a salesperson sees only orders of their own
PICKED, SHORT, UNTOUCHED = 60, 6, 8  # deliveries
INVOICES, POSTED_TWICE = 40, 5
SECONDS_UNTIL_SCRAPED = 180

# Login and password are the same; the groups on top of Odoo's demo users.
USERS = {
    "warehouse": ["stock.group_stock_manager", "reliability.group_viewer"],
    "ops": ["reliability.group_manager"],
}

# An outcome, and what the users were told where a call ended so.
ANSWERS = {"rejected": "refused", "failed": "failed", "killed": "broken"}


@dataclass
class Flow:
    """One kind of work, what the users were told of it, and what came of it.

    :ivar operation: what metrics call it
    :ivar words: what people call it when it is done
    :ivar done: a query that counts it
    """

    operation: str
    words: str
    calls: traffic.Calls
    done: str
    facts: dict = field(default_factory=dict)

    def run(self, attempts):
        """Do the work, and count what came of it."""
        before = self._count()
        self.calls.run(attempts)
        told = {o: self.calls.answers[answer] for o, answer in ANSWERS.items()}
        done = self.facts.get("success", 0) + self._count() - before
        self.facts = {"success": done, **told}

    def _count(self):
        return int(postgres.psql(self.done, databases.DEMO))


def run():
    """Start everything, let users work, and compare."""
    carriers = SimulatorServer("carriers", FOLDER, CARRIERS_PORT)
    partners = SimulatorServer("partners", FOLDER, PARTNERS_PORT)
    mail = MailServer(FOLDER, MAIL_PORT)
    server = OdooServer(
        databases.DEMO,
        FOLDER,
        http_port=HTTP_PORT,
        gevent_port=EVENTED_PORT,
        metrics_port=METRICS_PORT,
        # The external API says with every call that Odoo 20 will have another one.
        options={
            "log_handler": ":INFO,odoo.addons.rpc.controllers.xmlrpc:ERROR",
            **mail.options,
        },
        variables={
            "SIMULATED_CARRIERS": carriers.url,
            "SIMULATED_PARTNERS": partners.url,
        },
    )
    prometheus = Prometheus(FOLDER, PROMETHEUS_PORT, METRICS_PORT)
    if not databases.is_furnished():
        server.stop()  # it must not run on a database that is made anew
    ensure_database()
    with step("Starting Odoo with two workers, Prometheus, and who is simulated"):
        carriers.start()
        partners.start()
        mail.start()
        server.start()
        prometheus.start()
    admin = log_in(server, "admin")
    with step("Making users"):
        make_users(admin)
    _wait_for_scrape(prometheus)
    comparison = Comparison(prometheus, server)
    warehouse = log_in(server, "warehouse")
    flows = _work(admin, log_in(server, "demo"), warehouse)
    comparison.show(flows)
    story_of_parcels.tell(server, warehouse, carriers.url)
    story_of_documents.tell(server, admin, partners.url)
    story.tell()
    _say_where(server, prometheus)


def ensure_database():
    """Let the demo's database be there, made again when our addons have changed."""
    if not databases.is_furnished():
        databases.furnish()
    postgres.start()
    if not databases.exists(databases.DEMO):
        databases.copy(databases.FULL, databases.DEMO)


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
        # Odoo would ask each time whether to tell the customer by SMS.
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


def _say_where(server, prometheus):
    say(f"""
Odoo        {server.url}  (admin/admin, warehouse/warehouse, ops/ops)
Prometheus  {prometheus.url}
/metrics    {server.metrics_url}  (token in {paths.METRICS_TOKEN})
make stop   ends it all""")
