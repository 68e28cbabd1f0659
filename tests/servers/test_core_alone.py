"""``reliability`` needs no other addon of this project."""

import shutil

import pytest
from metrics import wait_for

from setup import databases, odoo_config, odoo_source, paths, postgres
from setup.odoo_server import OdooServer

DATABASE = "reliability_alone"
FOLDER = paths.RUN / "test" / "alone"
OURS = """
    SELECT string_agg(name, ' ' ORDER BY name) FROM ir_module_module
     WHERE state = 'installed' AND starts_with(name, 'reliability')
"""


class InstallingServer(OdooServer):
    """Odoo with an addons path of its own, which installs an addon when it starts."""

    def __init__(self, addon, addons):
        addons_path = ",".join(map(str, [addons, *odoo_source.in_use().addons]))
        server_wide = ",".join([*odoo_config.SERVER_WIDE, addon])
        options = {"addons_path": addons_path, "server_wide_modules": server_wide}
        super().__init__(DATABASE, FOLDER / "server", workers=1, options=options)
        self._addon = addon

    def command(self):
        return [*super().command(), "-i", self._addon]


@pytest.fixture
def addons():
    """A folder with a copy of ``reliability`` and no other addon of this project."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    folder = FOLDER / "addons"
    shutil.copytree(paths.ADDONS / "reliability", folder / "reliability")
    databases.drop(DATABASE)
    yield folder
    databases.drop(DATABASE)


def test_reliability_without_its_siblings_installs_and_serves_metrics(addons):
    with InstallingServer("reliability", addons) as server:
        wait_for(
            server,
            lambda samples: any(name == "odoo_company_info" for name, _ in samples),
        )
    assert postgres.psql(OURS, DATABASE) == "reliability"
