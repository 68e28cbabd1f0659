"""Our addons as wheels, in a clean virtual environment beside Odoo, without a checkout.

As the first way of README.md's *Install it on an Odoo of your own*.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from metrics import by_outcome, wait_for

from setup import addons, commands, dist, odoo_source, paths, python_env
from setup.odoo_server import OdooServer
from setup.traffic import ApiUser


class Installation:
    """A virtual environment with Odoo and what Odoo needs, and nothing else.

    :param folder: for it; it does not exist
    """

    def __init__(self, folder):
        self.python = folder / "bin" / "python"
        self.launcher = folder / "bin" / "odoo"
        self.environ = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(folder),
        }
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        self.install("-r", paths.SETUP / "requirements-odoo.txt")
        (site_packages,) = folder.glob("lib/*/site-packages")
        self._add_odoo(site_packages)

    def install(self, *arguments):
        """Install distributions, at the versions of this project."""
        versions = "-c", python_env.CONSTRAINTS, "-c", python_env.OCA_ADDONS
        self.pip("install", "--no-compile", *arguments, *versions)

    def pip(self, *arguments):
        """Run pip."""
        command = [self.python, "-m", "pip", *arguments]
        commands.run(command, paths.log("packages"), attempts=3, env=self.environ)

    def _add_odoo(self, site_packages):
        """Let Python find Odoo, and pip know it, as ``pip install -e`` does.

        Without what Odoo requires: psycopg2-binary has another name than psycopg2.
        """
        (site_packages / "odoo.pth").write_text(f"{odoo_source.in_use().folder}\n")
        metadata = site_packages / f"odoo-{odoo_source.SERIES}.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text(
            f"Metadata-Version: 2.1\nName: odoo\nVersion: {odoo_source.SERIES}\n"
        )
        shutil.copyfile(paths.SETUP / "odoo_launcher.py", self.launcher)


class InstalledServer(OdooServer):
    """Odoo of an installation, whose addons path has only Odoo's own addons."""

    def __init__(self, installation, database, folder):
        own = ",".join(map(str, odoo_source.in_use().addons))
        super().__init__(database, folder, options={"addons_path": own})
        self.installation = installation

    def command(self):
        program = self.installation.python, self.installation.launcher
        return [*program, "-c", self.config]

    def environ(self):
        return self.installation.environ


@pytest.fixture
def folder():
    """A folder that is in no Git repository, deleted after the test."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
    shutil.rmtree(paths.RUN / "pycache" / name.lstrip("/"), ignore_errors=True)


def test_wheels_need_no_checkout(folder, database):
    checkout = shutil.copytree(paths.ADDONS, folder / "checkout")
    dist.build(checkout, folder / "dist")
    shutil.rmtree(checkout)
    installation = Installation(folder / "venv")
    names = [f"odoo-addon-{name}" for name in addons.names(paths.ADDONS)]
    installation.install("--find-links", folder / "dist", *names)
    shutil.rmtree(folder / "dist")
    installation.pip("check")

    with InstalledServer(installation, database, folder / "server") as server:
        user = ApiUser(server.url, database, "admin", "admin")
        order = user.call("sale.order", "search", [("state", "=", "draft")], limit=1)
        user.call("sale.order", "action_confirm", order)
        wait_for(server, lambda samples: by_outcome(samples).get("success") == 1)
