"""Faults of the database, of the settings and of code that rehearsals must find.

Each is a context manager of a :class:`.journey.Journey`, which undoes it at its end.
"""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial

import psycopg2
from waiting import wait_until

from setup import ports, postgres

PARAMETER = "probe_orders.fault"
_TABLESPACE = "reliability_full"
_FUNCTION = """
    CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN {body}; RETURN NEW; END $$
"""
_SLEEPING = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event = 'PgSleep'
"""
_WAITING = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_OF_DELIVERIES = """
    UPDATE stock_rule SET active = {active}
     WHERE location_dest_id IN (SELECT id FROM stock_location WHERE usage = 'customer')
"""


# Of the database


@contextmanager
def trigger(journey, table, body, event="BEFORE INSERT", deferred=False):
    """Run PL/pgSQL for each row that is written."""
    kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    when = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    journey.psql(
        f"{_FUNCTION.format(body=body)}; CREATE {kind} planted {event} ON {table}"
        f" {when} FOR EACH ROW EXECUTE FUNCTION planted()"
    )
    try:
        yield
    finally:
        journey.psql(_SLEEPING)  # its lock would let the next statement wait
        journey.psql("DROP FUNCTION planted CASCADE")


@contextmanager
def connection(journey):
    """Give a connection of somebody else; it rolls back at the end."""
    options = {"host": ports.LOOPBACK, "port": postgres.port(), "user": postgres.ROLE}
    options |= {"password": postgres.password(), "dbname": journey.database}
    with closing(psycopg2.connect(**options)) as other:
        yield other


@contextmanager
def locked(journey, statement):
    """Hold the locks of a statement in another transaction."""
    with connection(journey) as other:
        other.cursor().execute(statement)
        yield


@contextmanager
def full_disk(journey, table, event="BEFORE INSERT"):
    """Let what a trigger writes fill a disk of a megabyte."""
    folder = postgres.home() / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "full", str(folder)]
    subprocess.run(mount, check=True)
    try:
        postgres.give_to_server(folder)
        journey.psql(f"CREATE TABLESPACE {_TABLESPACE} LOCATION '{folder}'")
        journey.psql(
            f"CREATE TABLE ballast (text text) TABLESPACE {_TABLESPACE};"
            f" ALTER TABLE ballast OWNER TO {postgres.ROLE}"
        )
        body = (
            "INSERT INTO ballast SELECT repeat('full', 500)"
            " FROM generate_series(1, 1000)"
        )
        with trigger(journey, table, body, event):
            yield
    finally:
        journey.psql("DROP TABLE IF EXISTS ballast")
        journey.psql(f"DROP TABLESPACE IF EXISTS {_TABLESPACE}")
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def standby():
    """Let PostgreSQL be a standby, which takes no writes; it is promoted at the end.

    Odoo demands transactions that write, so no setting of a database prevents them.
    """
    postgres.stop()
    postgres.write_for_server(postgres.home() / "data" / "standby.signal", "")
    postgres.start()
    try:
        yield
    finally:
        postgres.psql("SELECT pg_promote()")


# Of workers


@contextmanager
def hanging_request(journey):
    """Let a worker hang on a request: it waits for a lock until the end."""
    call = journey.user.call
    partner = call("res.partner", "create", {"name": "Somebody"})
    lock = f"SELECT FROM res_partner WHERE id = {partner} FOR UPDATE"
    with ThreadPoolExecutor(1) as pool:
        with locked(journey, lock):
            answer = pool.submit(
                call, "res.partner", "write", [partner], {"name": "Somebody Else"}
            )
            wait_until(lambda: journey.psql(_WAITING), "no request waits")
            yield
        assert answer.result()


@contextmanager
def hanging_worker(pid):
    """Let a process do nothing, as where it waits for a disk."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # the server has replaced it
            os.kill(pid, signal.SIGCONT)


# Of the settings


@contextmanager
def another_user(journey, groups=("base.group_user",), **values):
    """Run the journey as a new user."""
    user = journey.user.call(
        "res.users",
        "create",
        {
            "name": "Rehearsing Rita",
            "login": f"rita-{journey.psql('SELECT max(id) FROM res_users')}",
            "group_ids": [(6, 0, [journey.user.ref(group) for group in groups])],
        },
    )
    with journey.with_values(user_id=user):
        if values:
            journey.user.call("res.users", "write", [user], values)
        yield


@contextmanager
def user_of_another_company(journey):
    """Run the journey as a user who may not work in its company."""
    company = journey.user.call("res.company", "create", {"name": "Rita & Sons"})
    values = {"company_id": company, "company_ids": [(6, 0, [company])]}
    groups = ("sales_team.group_sale_salesman", "stock.group_stock_user")
    with another_user(journey, groups, **values):
        yield


@contextmanager
def archived_warehouse(journey):
    """Deliver from a warehouse that is archived."""
    (company, _name) = journey.read("company_id")["company_id"]
    values = {"name": "Old Harbour", "code": "OLDH", "company_id": company}
    warehouse = journey.user.call("stock.warehouse", "create", values)
    with journey.with_values(warehouse_id=warehouse):
        journey.user.call("stock.warehouse", "write", [warehouse], {"active": False})
        yield


@contextmanager
def without_deliveries(journey):
    """Archive the rules that make deliveries."""
    ids = journey.psql(
        f"{_OF_DELIVERIES.format(active='false')} AND active RETURNING id"
    )
    try:
        yield
    finally:
        ids = ",".join(ids.split())
        journey.psql(f"UPDATE stock_rule SET active = true WHERE id IN ({ids})")


@contextmanager
def deliveries_from(journey, usage):
    """Let the rules take deliveries from another location, where nothing is.

    :param usage: of the location, such as ``internal``
    """
    call = journey.user.call
    (company, _name) = journey.read("company_id")["company_id"]
    values = {"name": "Elsewhere", "usage": usage, "company_id": company}
    location = call("stock.location", "create", values)
    domain = [
        ("location_dest_id.usage", "=", "customer"),
        ("company_id", "=", company),
    ]
    field = "location_src_id"
    before = call("stock.rule", "search_read", domain, [field])
    call("stock.rule", "write", [rule["id"] for rule in before], {field: location})
    try:
        yield
    finally:
        for rule in before:
            call("stock.rule", "write", [rule["id"]], {field: rule[field][0]})


@contextmanager
def rate_of_carrier(journey):
    """Let the journey ask a delivery method whose carrier is down for its rate."""
    call = journey.user.call
    product = call("product.product", "create", {"name": "Express", "type": "service"})
    values = {"name": "Express", "delivery_type": "probe", "product_id": product}
    method = call("delivery.carrier", "create", values)
    journey.write(step_ids=[(0, 0, {"step": "rate", "carrier_id": method})])
    try:
        yield
    finally:
        journey.write(step_ids=[(2, journey.step("rate"))])


@contextmanager
def wrong_tax(journey, expected_total):
    """Give new products another tax than the one that the journey expects."""
    step, call = journey.step("quotation"), journey.user.call
    company = journey.read("company_id")["company_id"][0]
    field = "account_sale_tax_id"
    (before,) = call("res.company", "read", [company], [field])
    tax = call(
        "account.tax",
        "copy",
        [before[field][0]],
        {"name": "Wrong tax", "amount": 7.0},
    )
    model = "reliability.synthetic.step"
    call(model, "write", [step], {"expected_total": expected_total})
    call("res.company", "write", [company], {field: tax[0]})
    try:
        yield
    finally:
        call("res.company", "write", [company], {field: before[field][0]})
        # The total stays, and is right again.


@contextmanager
def slow_after(journey, code, seconds):
    """Let a step be slow after other seconds."""
    model, step = "reliability.synthetic.step", journey.step(code)
    (before,) = journey.user.call(model, "read", [step], ["slow_after"])
    journey.user.call(model, "write", [step], {"slow_after": seconds})
    try:
        yield
    finally:
        values = {"slow_after": before["slow_after"]}
        journey.user.call(model, "write", [step], values)


# Of code


@contextmanager
def code(journey, fault):
    """Let confirmations do what test addon ``probe_orders`` has by this name."""
    parameters = partial(journey.user.call, "ir.config_parameter", "set_param")
    parameters(PARAMETER, fault)
    try:
        yield
    finally:
        parameters(PARAMETER, False)
