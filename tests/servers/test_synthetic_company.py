"""The synthetic company on a real server: its dialog, by API, and in the portal."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import metrics
import psycopg2
import pytest
import requests
from waiting import wait_until

from setup import postgres
from setup.odoo_server import OdooServer
from setup.paths import RUN
from setup.synthetic_company import COMPANY, new_accounts
from setup.traffic import ApiUser

ORDERS = "sale.order"
STOCK = 10_000
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
TIMEOUT = 180


@pytest.fixture(scope="module")
def server(database):
    options = {"max_cron_threads": 0}
    folder = RUN / "test" / "synthetic-company"
    with OdooServer(database, folder, workers=3, options=options) as server:
        yield server


@pytest.fixture(scope="module")
def user(server, database):
    """The administrator."""
    return ApiUser(server.url, database, "admin", "admin")


@pytest.fixture(scope="module")
def accounts(server):
    return json.loads(new_accounts(server))


@pytest.fixture(scope="module")
def api(server, accounts):
    """Return a function that calls a method by JSON-2, as the probe does."""

    def call(model, method, **arguments):
        response = requests.post(
            f"{server.url}/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"bearer {accounts['key']}"},
            timeout=TIMEOUT,
        )
        assert response.status_code == 200, response.text
        return response.json()

    return call


@pytest.fixture(scope="module")
def planned(api):
    return api(COMPANY, "plan", journey="order_to_shipment_http")["values"]


@pytest.fixture
def make_orders(api, planned):
    """Return a function that makes quotations."""

    def make(count=1, partner="partner_id", **values):
        line = {"product_id": planned["product_id"], "product_uom_qty": 1}
        quotation = {
            "partner_id": planned[partner],
            "company_id": planned["company_id"],
            "order_line": [[0, 0, line]],
        }
        quotations = [quotation | values for _number in range(count)]
        return api(ORDERS, "create", vals_list=quotations)

    return make


@pytest.fixture
def ship(api, make_orders):
    """Return a function that makes and ships orders."""

    def ship(count):
        orders = make_orders(count)
        api(ORDERS, "action_confirm", ids=orders)
        transfers = transfers_of(api, orders)
        api("stock.picking", "action_assign", ids=transfers)
        for transfer in transfers:
            api("stock.picking", "button_validate", ids=[transfer])
        return orders

    return ship


def transfers_of(api, orders):
    found = api(ORDERS, "read", ids=orders, fields=["picking_ids"])
    return [transfer for order in found for transfer in order["picking_ids"]]


def in_stock(database):
    """Return the quantity of the product, and what is reserved of it."""
    rows = postgres.psql(
        "SELECT sum(quantity), sum(reserved_quantity) FROM stock_quant AS quant"
        " JOIN reliability_synthetic_company AS company USING (product_id)"
        " JOIN stock_warehouse AS warehouse ON warehouse.id = company.warehouse_id"
        " WHERE quant.location_id = warehouse.lot_stock_id",
        database,
    )
    return tuple(float(value) for value in rows.split("|"))


def test_several_that_clean_up_the_same_orders_return_them_once(api, ship, database):
    orders = ship(3)
    assert in_stock(database) == (STOCK - 3, 0)
    with ThreadPoolExecutor(4) as threads:
        answers = [
            threads.submit(api, COMPANY, "clean_up", order_ids=orders)
            for _number in range(4)
        ]
        found = [answer.result() for answer in answers]
    assert found == [{"orders": 3, "transfers": 6}] * 4
    assert in_stock(database) == (STOCK, 0)


def test_one_that_is_killed_leaves_nothing_half_done(api, ship, server, database):
    first, second = ship(2)
    transfer = transfers_of(api, [second])[0]
    with locked(database, transfer), ThreadPoolExecutor(1) as threads:
        answer = threads.submit(api, COMPANY, "clean_up", order_ids=[first, second])
        wait_until(lambda: waiting_for_locks(database), lambda: "nobody waits")
        for worker in server.worker_pids():
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            answer.result()
    wait_until(server.answers, lambda: "no worker")
    assert len(transfers_of(api, [first, second])) == 2
    counts = api(COMPANY, "clean_up", order_ids=[first, second])
    assert counts == {"orders": 2, "transfers": 4}
    assert in_stock(database) == (STOCK, 0)


@contextmanager
def locked(database, transfer):
    """Lock a transfer in the block."""
    server = postgres.environ()
    connection = psycopg2.connect(
        dbname=database,
        host=server["PGHOST"],
        port=server["PGPORT"],
        user=server["PGUSER"],
        password=server["PGPASSWORD"],
    )
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT FROM stock_picking WHERE id = %s FOR UPDATE", [transfer])
        yield


def waiting_for_locks(database):
    return int(
        postgres.psql("SELECT count(*) FROM pg_locks WHERE NOT granted", database)
    )


def test_odoo_cleans_up_what_a_killed_probe_has_left(
    api, user, make_orders, ship, database
):
    (shipped,), (left,) = ship(1), make_orders(1)
    api(ORDERS, "action_confirm", ids=[left])
    (recent,) = make_orders(1)
    postgres.psql(
        "UPDATE sale_order SET create_date = create_date - interval '2 hours'"
        f" WHERE id IN ({shipped}, {left})",
        database,
    )
    user.run_scheduled("reliability_synthetic.cron_clean_up")
    remaining = api(ORDERS, "search", domain=[["id", "in", [shipped, left, recent]]])
    assert set(remaining) == {shipped, recent}
    assert len(transfers_of(api, [shipped])) == 2
    assert in_stock(database) == (STOCK, 0)


def test_the_portal_user_signs_an_order_and_nobody_gets_a_mail(
    api, accounts, make_orders, server, database
):
    (order,) = make_orders(
        partner="portal_partner_id", require_signature=True, require_payment=False
    )
    api(ORDERS, "action_quotation_sent", ids=[order])
    before = outgoing(database)
    with requests.Session() as session:
        log_in(session, server.url, accounts)
        page = session.get(f"{server.url}/my/orders/{order}", timeout=TIMEOUT)
        (name,) = api(ORDERS, "read", ids=[order], fields=["name"])
        assert page.status_code == 200 and name["name"] in page.text
        params = {"name": "Synthetic", "signature": PIXEL}
        answer = session.post(
            f"{server.url}/my/orders/{order}/accept",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=TIMEOUT,
        ).json()
    assert "error" not in answer and "error" not in answer["result"], answer
    (signed,) = api(ORDERS, "read", ids=[order], fields=["state", "message_ids"])
    assert signed["state"] == "sale" and signed["message_ids"]
    assert outgoing(database) == before
    counts = api(COMPANY, "clean_up", order_ids=[order])
    assert counts == {"orders": 0, "transfers": 0}


def log_in(session, url, accounts):
    page = session.get(f"{url}/web/login", timeout=TIMEOUT).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {
        "login": accounts["login"],
        "password": accounts["password"],
        "csrf_token": token,
    }
    answer = session.post(f"{url}/web/login", data=form, timeout=TIMEOUT)
    assert "/my" in answer.url, answer.url


def outgoing(database):
    return postgres.psql("SELECT count(*) FROM mail_mail", database)


def test_nothing_of_it_is_measured(api, planned, ship, server):
    orders = ship(1)
    api(COMPANY, "clean_up", order_ids=orders)
    samples = metrics.wait_for_cycles(server)
    assert metrics.with_labels(samples, company=str(planned["company_id"])) == {}
    assert not metrics.by_outcome(samples, "order_confirmation")
    values = {value for _name, pairs in samples for _label, value in pairs}
    assert not {value for value in values if value.startswith("/json/2")}
    assert "/web/session/authenticate" in values, "others are"
