import pytest
from shipping.desk import FOLDER, Desk

from setup import databases
from setup.carriers import Simulator


@pytest.fixture(scope="package")
def database():
    """A database with the connectors, dropped after the package's tests."""
    with databases.copied(databases.FULL, "reliability_test_carriers") as name:
        yield name


@pytest.fixture(scope="package")
def carriers():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="package")
def desk(database, carriers):
    with Desk(database, FOLDER, carriers) as desk:
        yield desk


@pytest.fixture(autouse=True)
def everything_works(carriers):
    carriers.forget()
