import pytest
from shipping.driver import FOLDER, ShippingDriver

from setup import databases
from setup.carriers import Simulator


@pytest.fixture(scope="package")
def database():
    """A database with the connectors, dropped after the package's tests."""
    with databases.copied(databases.FULL, "reliability_test_carriers") as name:
        yield name


@pytest.fixture(scope="package")
def carriers():
    """The simulated carriers."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="package")
def shipping_driver(database, carriers):
    with ShippingDriver(database, FOLDER, carriers) as driver:
        yield driver


@pytest.fixture(autouse=True)
def no_faults(carriers):
    """Remove all planned faults before each test."""
    carriers.forget()
