"""``odoo reliability_rules`` writes rules of databases, or says why it cannot."""

import subprocess

import promtool
import pytest

from setup import paths, postgres, python_env
from setup.odoo_server import OdooServer


@pytest.fixture(scope="module")
def config(database):
    """A configuration of Odoo; its server does not run."""
    server = OdooServer(database, paths.RUN / "test" / "rules")
    server.folder.mkdir(parents=True, exist_ok=True)
    server.configure()
    return server.config


def run(config, *arguments):
    """Run the command, and return its process when it has ended."""
    command = [paths.PYTHON, paths.LAUNCHER, f"--addons-path={paths.ADDONS}"]
    return subprocess.run(
        [*command, "reliability_rules", "-c", config, *arguments],
        text=True,
        env=python_env.environ(),
        capture_output=True,
        check=False,
    )


def test_rules_of_two_databases_are_one_file(config, database, make_database, tmp_path):
    other = make_database("reliability_rules_other")
    for names in ("odoo", "sloth"):
        output = tmp_path / f"{names}.yml"
        process = run(config, "-d", f"{database},{other}", "--names", names)
        assert process.returncode == 0, process.stderr
        output.write_text(process.stdout)
        assert "SUCCESS" in promtool.check(output)
        assert f'db=~"{other}|{database}"' in output.read_text()

    options = ["-d", f"{database},{other}", "--names", "sloth", "--output"]
    assert run(config, *options, tmp_path / "file.yml").stdout == ""
    assert (tmp_path / "file.yml").read_text() == output.read_text()


def test_errors_say_what_is_wrong(config, database, tmp_path):
    missing = run(config, "-d", "reliability_nowhere")
    assert missing.returncode == 1 and missing.stdout == ""
    assert "The database reliability_nowhere cannot be opened" in missing.stderr

    other = run(config, "-d", f"{database},postgres")
    assert other.returncode == 1 and other.stdout == ""
    assert "is not installed in postgres" in other.stderr

    folder = run(config, "-d", database, "--output", tmp_path / "no" / "rules.yml")
    assert folder.returncode == 1
    assert "The rules could not be written" in folder.stderr


def test_a_database_without_objectives_is_an_error(config, make_database):
    none = make_database("reliability_rules_none")
    postgres.psql("UPDATE reliability_slo SET active = false", none)
    process = run(config, "-d", none)
    assert process.returncode == 1
    assert "There is no active objective in reliability_rules_none" in process.stderr
