"""Orders over HTTP, by the probe against a real server of Odoo.

What passes, what each fault is called, and what is left where the probe is ended.
"""

import signal
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import pytest
from inbound import make_key
from probing import RUNS, Company, Probe, shipped
from rehearsing import faults
from waiting import wait_until

from setup import databases, paths
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser

SOURCE = databases.PROBED
SHIPMENT, PORTAL, API = "order_to_shipment_http", "portal_order", "integration_api"
_LOCK = 4242
"""An advisory lock: who holds it lets a request of the probe wait."""


@pytest.fixture(scope="module")
def server(database):
    folder = paths.RUN / "test" / "probe-orders"
    with OdooServer(database, folder, options={"max_cron_threads": 0}) as server:
        yield server


@pytest.fixture(scope="module")
def company(server):
    user = ApiUser(server.url, server.database, "admin", "admin")
    return Company(server, make_key(user, "synthetic"))


@pytest.fixture
def probe(company, tmp_path):
    return Probe(company, tmp_path)


@pytest.fixture
def open_documents(company):
    """Check that a test leaves nothing but what was shipped, and returned."""
    before = company.documents()
    yield
    assert shipped(before, company.documents()) is not None


@contextmanager
def held(company, table, condition="TRUE"):
    """Let the request wait that writes such a row; yield what lets it go on."""
    wait = f"PERFORM pg_advisory_xact_lock_shared({_LOCK})"
    body = f"IF {condition} THEN {wait}; END IF"
    planted = faults.trigger(company, table, body, "BEFORE INSERT OR UPDATE")
    with faults.connection(company) as holder:
        holder.cursor().execute(f"SELECT pg_advisory_lock({_LOCK})")
        with planted:
            try:
                yield holder.close
            finally:
                holder.close()


def waiting(company):
    """Return how many locks of the database are waited for."""
    return int(
        company.psql(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE datname = current_database() AND NOT granted"
        )
    )


def is_idle(company):
    """Whether no request is in a transaction."""
    return "0" == company.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state <> 'idle' AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL"
    )


class TestWhatPasses:
    @pytest.mark.parametrize(
        ("journey", "expected"), [(SHIPMENT, 1), (PORTAL, 0), (API, 0)]
    )
    def test_a_journey_leaves_what_was_shipped(self, company, probe, journey, expected):
        before = company.documents()
        found = probe.run(journey)
        assert found["state"] in ("passed", "slow"), found
        assert f"{journey} from frankfurt: passed in" in found["output"]
        domain = [("journey_id.code", "=", journey)]
        steps = company.user.call("reliability.synthetic.step", "search", domain)
        of_tls = 2  # the server has no TLS, and so no certificate
        assert len(found["result_ids"]) == len(steps) - of_tls
        assert shipped(before, company.documents()) == expected


class Fault(NamedTuple):
    """A fault, and how it is found.

    :ivar plant: function of a :class:`Company` that returns a context manager
    :ivar words: parts of the sentence
    """

    plant: object
    journey: str
    step: str
    cause: str
    words: tuple


@contextmanager
def changed(company, code, undo):
    """Run Python in Odoo, and undo it at the end."""
    company.sudo(code)
    try:
        yield
    finally:
        company.sudo(undo)


@contextmanager
def without_accounts(company, code):
    """Run Python in Odoo by which accounts end."""
    company.sudo(code)
    try:
        yield
    finally:
        company.make_new_accounts()


def archived(field):
    """Return a fault: a record of the company is archived."""
    write = "one.with_user(1).{}.write({{'active': {}}})"  # nobody archives himself
    return partial(
        changed, code=write.format(field, False), undo=write.format(field, True)
    )


def without_group(name):
    """Return a fault: the service user has lost a right."""
    group = f"env.ref('{name}').sudo()"
    change = group + ".write({{'user_ids': [Command.{}(one.user_id.id)]}})"
    return partial(changed, code=change.format("unlink"), undo=change.format("link"))


def with_parameter(name, value):
    """Return a fault: an override of the test addon does something."""
    write = f"env['ir.config_parameter'].set_param('{name}', {{!r}})"
    return partial(changed, code=write.format(value), undo=write.format(False))


_KEYS = "env['res.users.apikeys'].sudo().search([('user_id', '=', one.user_id.id)])"
_CHANGE_STOCK = (
    "one.env['stock.quant']._update_available_quantity("
    "one.product_id, one.warehouse_id.lot_stock_id, {})"
)
_RULE = """
env['ir.rule'].sudo().create({
    'name': 'Probe', 'model_id': env['ir.model']._get_id('stock.move.line'),
    'domain_force': "[('state', '!=', 'assigned')]",
    'perm_read': False, 'perm_create': False, 'perm_unlink': False,
})
"""
_NO_RULE = "env['ir.rule'].sudo().search([('name', '=', 'Probe')]).unlink()"
FAULTS = {
    "key revoked": Fault(
        partial(without_accounts, code=f"{_KEYS}.unlink()"),
        *(API, "log_in", "key", ("New Accounts",)),
    ),
    "service user archived": Fault(
        archived("user_id"),
        *(API, "log_in", "key", ("its user is archived",)),
    ),
    "Sales right lost": Fault(
        without_group("sales_team.group_sale_salesman"),
        *(API, "log_in", "refused_by_odoo", ("Sales", "Log in")),
    ),
    "product archived": Fault(
        archived("product_id"),
        *(API, "log_in", "refused_by_odoo", ("product", "archived")),
    ),
    "portal user archived": Fault(
        archived("portal_user_id"),
        *(PORTAL, "log_in", "refused_by_odoo", ("Portal User", "archived")),
    ),
    "portal password changed": Fault(
        partial(
            without_accounts, code="one.portal_user_id.write({'password': 'other-one'})"
        ),
        *(PORTAL, "portal_log_in", "log_in_refused", ("synthetic.portal",)),
    ),
    "no stock": Fault(
        partial(
            changed,
            code=_CHANGE_STOCK.format(-10_000),
            undo=_CHANGE_STOCK.format(10_000),
        ),
        *(SHIPMENT, "reserve_api", "transfer_not_reserved", ("stock", "SYN/OUT/")),
    ),
    "right missing at validate": Fault(
        partial(changed, code=_RULE, undo=_NO_RULE),
        *(SHIPMENT, "validate_api", "refused_by_odoo", ("Validate", "Service User")),
    ),
    "an override that fails": Fault(
        with_parameter(faults.PARAMETER, "fail"),
        *(SHIPMENT, "confirm_api", "server_error", ("log of Odoo", "negative")),
    ),
    "an override that refuses": Fault(
        with_parameter(faults.PARAMETER, "refuse"),
        *(API, "confirm_api", "refused_by_odoo", ("Only services are sold here",)),
    ),
}


@pytest.mark.usefixtures("open_documents")
class TestFaults:
    @pytest.mark.parametrize("name", FAULTS)
    def test_each_is_found_at_its_step_in_words(self, company, probe, name):
        fault = FAULTS[name]
        with fault.plant(company):
            found = probe.run(fault.journey)
        assert (found["failed_step"], found["cause"]) == (fault.step, fault.cause)
        for words in fault.words:
            assert words in found["problem"], found["problem"]

    def test_an_order_that_is_cancelled_before_it_is_signed(self, company, probe):
        sent = "one.env['sale.order'].search([('state', '=', 'sent')])"
        with held(company, "res_users_log") as let_go:
            process = probe.start(PORTAL, "--once")
            wait_until(lambda: waiting(company))
            company.sudo(f"{sent}._action_cancel()")
            let_go()
            process.communicate()
        (found,) = company.user.call(
            *(RUNS, "search_read", [], ["failed_step", "cause", "problem"]),
            order="id desc",
            limit=1,
        )
        assert found["failed_step"] == "portal_sign"
        assert found["cause"] == "signature_refused"
        assert "not in a state requiring customer signature" in found["problem"]


class TestTheEnd:
    """A probe that is ended in an attempt leaves nothing but what was shipped."""

    @pytest.mark.parametrize(
        ("table", "state", "expected"),
        [
            ("sale_order", "draft", 0),
            ("sale_order", "sale", 0),
            ("stock_move", "done", 1),
        ],
    )
    def test_what_a_killed_one_leaves_is_cleaned_up(
        self, company, probe, table, state, expected
    ):
        before = company.documents()
        with held(company, table, f"NEW.state = '{state}'") as let_go:
            process = probe.start(SHIPMENT, "--once")
            try:
                wait_until(lambda: waiting(company))
            finally:
                process.kill()
                process.communicate()
            let_go()
            wait_until(lambda: is_idle(company))
        assert shipped(before, company.documents()) is None
        company.psql(
            "UPDATE sale_order SET create_date = create_date - interval '2 hours'"
            " WHERE company_id = (SELECT company_id FROM reliability_synthetic_company)"
        )
        company.user.run_scheduled("reliability_synthetic.cron_clean_up")
        assert shipped(before, company.documents()) == expected

    def test_one_that_is_ended_cleans_up_itself(self, company, probe):
        before = company.documents()
        with held(company, "sale_order", "NEW.state = 'sale'") as let_go:
            process = probe.start(SHIPMENT)
            try:
                wait_until(lambda: waiting(company))
                process.send_signal(signal.SIGTERM)
                # The clean-up waits for the confirmation.
                wait_until(lambda: waiting(company) == 2)
                let_go()
                output, _nothing = process.communicate()
            finally:
                process.kill()
                process.wait()
        assert process.returncode == 0, output
        assert shipped(before, company.documents()) == 0
