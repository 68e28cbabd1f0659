"""Several companies in one database: counted separately, read with the right access."""

import xmlrpc.client
from collections import Counter

import pytest
from in_database import confirmed_in, wait_for_rollups
from metrics import COUNT, wait_for
from waiting import wait_until

from setup import traffic
from setup.odoo_server import OdooServer
from setup.paths import RUN
from setup.traffic import ApiUser

# As Odoo's demo data has them; the second has no warehouse.
FIRST, SECOND, THIRD = 1, 2, 3
WAREHOUSE = {FIRST: "WH", SECOND: "", THIRD: "My Co"}
BOTH = ("mixed", "mixed")
FOR_VIEWERS = {
    f"reliability.{name}"
    for name in (
        *("top.call", "service.status", "operation", "report", "service"),
        *("deployment", "deployment.change", "deployment.commit", "deployment.target"),
        *("alert", "alert.evidence", "notification", "on.call"),
        *("deployment", "deployment.change", "deployment.figure", "deployment.target"),
        *("incident", "incident.evidence", "incident.impact", "incident.stamp"),
        *("incident.step", "incident.report", "incident.figure", "monthly.report"),
        *("slo", "slo.alert", "slo.budget", "maintenance"),
        *("attempt", "exchange", "integration", "reference", "cutoff"),
        *("edi.document", "edi.expected.document"),
        *("job.attempt", "job.channel"),
        *("resolve", "hand.over"),
        *("deployment.finding", "deployment.override", "freeze"),
        *("synthetic.journey", "synthetic.step", "synthetic.run", "synthetic.result"),
        *("synthetic.place", "synthetic.signal"),
    )
}
NOT_RETRIED = ("outcome", "!=", "retried")
OVER = "outcome <> 'retried'"
ACCESS_ERROR = 4


@pytest.fixture(scope="module")
def server(database):
    options = {"max_cron_threads": 0}
    with OdooServer(database, RUN / "test" / "companies", options=options) as server:
        yield server


@pytest.fixture(scope="module")
def user(server, database):
    """The administrator."""
    return ApiUser(server.url, database, "admin", "admin")


@pytest.fixture(scope="module")
def make_user(server, user, database):
    """Make users of one company and one group as an administrator, and log them in."""

    def make(group, company=FIRST):
        login = f"{group.partition('.')[2]}-{company}"
        values = {
            "name": login,
            "login": login,
            "password": login,
            "company_id": company,
            "company_ids": [(6, 0, [company])],
            "group_ids": [(6, 0, [user.ref(group)])],
        }
        user.call("res.users", "create", values)
        return ApiUser(server.url, database, login, login)

    return make


@pytest.fixture(scope="module")
def confirmed(user, database):
    """Confirm orders of each company, one twice, and orders of two companies at once.

    :return: (company, warehouse) → calls
    """
    orders = {
        company: orders_of_services(user, 3 + number, company_id=company)
        for number, company in enumerate(WAREHOUSE)
    }
    together = [orders[company].pop() for company in (FIRST, THIRD)]
    confirmations = traffic.confirmations()
    attempts = [(user, order) for ids in orders.values() for order in [*ids, ids[0]]]
    confirmations.run(attempts)
    user.call("sale.order", "action_confirm", together)
    everything = {order for ids in orders.values() for order in ids}
    assert confirmations.done == everything == confirmed_in(database, everything)
    assert confirmations.answers["refused"] == len(orders)
    calls = {
        (str(company), WAREHOUSE[company]): len(ids) + 1
        for company, ids in orders.items()
    }
    return {**calls, BOTH: 1}


def orders_of_services(user, count, **values):
    """Make quotations of services, which need no goods in stock."""
    services = [("type", "=", "service"), ("sale_ok", "=", True)]
    (product,) = user.call("product.product", "search", services, limit=1)
    lines = [(0, 0, {"product_id": product})]
    return traffic.make_orders(user, count, order_line=lines, **values)


def shown(samples):
    """Return the ended confirmations: (company, warehouse) → number."""
    found = Counter()
    for (name, pairs), value in samples.items():
        labels = dict(pairs)
        if name == COUNT and labels["operation"] == "order_confirmation":
            ended = int(value) if labels["outcome"] != "retried" else 0
            found[labels["company"], labels["warehouse"]] += ended
    return +found


def reported(user):
    """Return the confirmations that a user reads in the report: company → number."""
    domain = [("operation_id.code", "=", "order_confirmation"), NOT_RETRIED]
    found = Counter()
    fields = ["company_id", "count"]
    for row in user.call("reliability.report", "search_read", domain, fields):
        found[row["company_id"] and row["company_id"][0]] += row["count"]
    return found


def models(user):
    """Return the names of our models, as an administrator sees them."""
    ours = [("model", "=like", "reliability.%")]
    found = user.call("ir.model", "search_read", ours, ["model"])
    return {model["model"] for model in found}


def is_refused(user, *call):
    """Whether a call fails with an access error."""
    try:
        user.call(*call)
    except xmlrpc.client.Fault as fault:
        return fault.faultCode == ACCESS_ERROR
    return False


def test_each_company_has_its_own_calls(server, confirmed, database):
    wait_for(server, lambda s: shown(s) == confirmed)
    by = "concat_ws(',', company, warehouse, company_id)"
    expected = {
        ",".join([company, warehouse, *([company] if company.isdigit() else [])]): calls
        for (company, warehouse), calls in confirmed.items()
    }
    for table in ("minute", "hour"):
        wait_for_rollups(database, expected, table=table, by=by, where=OVER)


def test_a_viewer_reads_the_calls_of_his_companies_only(user, make_user, confirmed):
    expected = {
        int(company) if company.isdigit() else False: calls
        for (company, _warehouse), calls in confirmed.items()
    }
    wait_until(lambda: reported(user) == expected, lambda: reported(user))
    viewer = make_user("reliability.group_viewer", THIRD)
    assert reported(viewer) == {THIRD: expected[THIRD]}
    by_company = viewer.call(
        "reliability.report", "formatted_read_group", [], ["company_id"], ["__count"]
    )
    assert [group["company_id"][0] for group in by_company] == [THIRD]


def test_each_group_reads_its_own_models_only(user, make_user):
    readable = {
        "base.group_user": set(),
        "base.group_portal": set(),
        "reliability.group_viewer": FOR_VIEWERS,
    }
    for group, expected in readable.items():
        somebody = make_user(group)
        found = {
            model
            for model in models(user)
            if not is_refused(somebody, model, "search_read")
        }
        assert found == expected, group
        for action in ("make", "revoke"):
            method = f"action_reliability_{action}_token"
            assert is_refused(somebody, "res.config.settings", method, [])
    # The refused models exist, and administrators can read them.
    stored = {
        f"reliability.{name}" for name in ("rollup.hour", "series", "gauge.lease")
    }
    assert not [model for model in stored if is_refused(user, model, "search_read")]
    assert stored < models(user)
