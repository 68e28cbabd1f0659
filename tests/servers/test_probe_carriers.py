"""Rates and labels over HTTP: OCA's connectors, and carriers that are simulated.

The probe is a command, the server a real one.  A label is cancelled after the check.
"""

import pytest
from probing import COMPANY, Company, Probe, shipped

from setup import databases, in_odoo, paths, ports
from setup.carriers import Simulator
from setup.odoo_server import OdooServer
from setup.shipping.carriers import CARRIERS
from setup.traffic import ApiUser

SOURCE = databases.FULL
JOURNEY, DHL, SEUR = "order_to_shipment_http", "dhl_parcel", "seur_atlas"
DELIVERY_METHOD = "delivery.carrier"


@pytest.fixture(scope="module")
def port():
    """The port at which the carriers answer, or nothing does."""
    return ports.free_port()


@pytest.fixture(scope="module")
def server(database, port):
    folder = paths.RUN / "test" / "probe-carriers"
    address = f"http://{ports.LOOPBACK}:{port}"
    with OdooServer(
        database,
        folder,
        options={"max_cron_threads": 0},
        variables={"SIMULATED_CARRIERS": address},
    ) as server:
        yield server


@pytest.fixture(scope="module")
def user(server):
    """The administrator."""
    return ApiUser(server.url, server.database, "admin", "admin")


@pytest.fixture(scope="module")
def methods(user):
    """The delivery methods: type of carrier → id."""
    product = {"name": "Freight", "type": "service", "list_price": 5}
    shared = {
        "integration_level": "rate_and_ship",
        "product_id": user.call("product.product", "create", product),
    }
    return {
        kind: user.call(
            *(DELIVERY_METHOD, "create"),
            {**shared, **CARRIERS[kind], "delivery_type": kind},
        )
        for kind in (DHL, SEUR)
    }


@pytest.fixture(scope="module")
def company(server, user):
    """The company, and a journey with the steps of a carrier."""
    key = in_odoo.run("inbound_key_in_odoo", server, "synthetic").strip()
    (journey,) = user.call(
        "reliability.synthetic.journey", "search", [("code", "=", JOURNEY)]
    )
    for step, sequence in ("rate_api", 75), ("label_api", 105):
        values = {"journey_id": journey, "step": step, "sequence": sequence}
        user.call("reliability.synthetic.step", "create", values)
    return Company(server, key)


@pytest.fixture
def choose(company, user, methods):
    """A function that chooses a carrier in the form of the company."""
    ids = user.call(COMPANY, "search", [])

    def choose(kind):
        user.call(COMPANY, "write", ids, {"carrier_id": methods[kind]})

    return choose


@pytest.fixture
def carriers(port):
    with Simulator(port) as simulator:
        yield simulator


@pytest.fixture
def probe(company, tmp_path):
    return Probe(company, tmp_path)


@pytest.fixture
def change(user, methods):
    """A function that writes to a delivery method until the end of a test."""
    undone = []

    def change(kind, name, value, undo):
        write = DELIVERY_METHOD, "write", [methods[kind]]
        undone.append((*write, {name: undo}))
        user.call(*write, {name: value})

    yield change
    for call in undone:
        user.call(*call)


def on_record(company):
    """Return how many exchanges and attempts the ledger has."""
    return company.psql(
        "SELECT (SELECT count(*) FROM reliability_exchange),"
        " (SELECT count(*) FROM reliability_attempt)"
    )


def assert_fails(found, step, cause, *words):
    assert (found["failed_step"], found["cause"]) == (step, cause), found
    for one in words:
        assert one in found["problem"], found["problem"]


class TestWhatPasses:
    @pytest.mark.parametrize("kind", [DHL, SEUR])
    def test_a_label_is_made_and_cancelled_and_is_not_on_record(
        self, company, probe, carriers, choose, kind
    ):
        choose(kind)
        before, recorded = company.documents(), on_record(company)
        found = probe.run(JOURNEY)
        assert found["state"] in ("passed", "slow"), found
        (parcel,) = carriers.parcels(carrier=kind)
        assert parcel.reference.startswith("SYN/OUT/")
        assert parcel.cancelled
        assert shipped(before, company.documents()) == 1
        assert on_record(company) == recorded

    def test_a_carrier_that_does_not_cancel_fails_no_check(
        self, company, probe, carriers, choose
    ):
        choose(DHL)
        carriers.behave(DHL, "breaks", operation="cancel")
        before = company.documents()
        found = probe.run(JOURNEY)
        assert found["state"] in ("passed", "slow"), found
        (parcel,) = carriers.parcels(carrier=DHL)
        assert not parcel.cancelled
        assert shipped(before, company.documents()) == 1
        assert "is not cancelled at its carrier" in company.server.log.read_text()


class TestFaults:
    """Each is found at its step, and leaves nothing but what was shipped."""

    @pytest.fixture(autouse=True)
    def chosen(self, choose, company):
        choose(DHL)
        before = company.documents()
        yield
        assert shipped(before, company.documents()) is not None

    def test_a_carrier_that_is_down(self, probe):
        assert_fails(
            probe.run(JOURNEY),
            *("validate_api", "refused_by_odoo", "Server not reachable"),
        )

    def test_a_carrier_that_refuses(self, probe, carriers):
        carriers.behave(DHL, "refuses", operation="shipment")
        assert_fails(
            probe.run(JOURNEY),
            *("validate_api", "refused_by_odoo", "Dirección desconocida"),
        )

    def test_a_carrier_without_a_rate_for_the_address(
        self, user, probe, carriers, choose, change
    ):
        choose(SEUR)
        elsewhere = user.ref("base.aq")
        change(SEUR, "country_ids", [(6, 0, [elsewhere])], [(5,)])
        assert_fails(
            probe.run(JOURNEY),
            *("rate_api", "no_rate_api", "SEUR gives no rate", "address"),
        )
        assert not carriers.asked()

    def test_a_delivery_without_a_label(self, company, probe, carriers):
        write = "one.warehouse_id.out_type_id.write({{'print_label': {}}})"
        company.sudo(write.format(False))
        try:
            found = probe.run(JOURNEY)
        finally:
            company.sudo(write.format(True))
        assert_fails(found, "label_api", "no_label", "DHL Parcel", "SYN/OUT/")
        assert not carriers.parcels()

    def test_a_carrier_in_production_is_not_asked(self, probe, carriers, change):
        change(DHL, "prod_environment", True, False)
        assert_fails(
            probe.run(JOURNEY),
            *("log_in", "refused_by_odoo", "DHL Parcel is in production"),
        )
        assert not carriers.asked()
