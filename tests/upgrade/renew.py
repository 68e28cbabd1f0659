"""Store the data of a version of our addons, for ``test_upgrade.py``.

Run once for each version that customers have, after ``make lint`` or ``make test``,
which create the virtual environment::

    PYTHONPATH=.:tests .run/venv/bin/python tests/upgrade/renew.py HEAD

A server with the addons of that commit measures some work; then our tables, and the
related rows of Odoo's tables, are written to a file that is named after the version of
the addon ``reliability``.  It stays as long as customers may upgrade from that version.
"""

import ast
import shutil
import sys
from pathlib import Path

from in_database import wait_for_rollups
from waiting import wait_until

from setup import (
    addons,
    commands,
    databases,
    paths,
    postgres,
    prepare,
    testing,
    traffic,
)
from setup.odoo_server import OdooServer

DATABASE = "reliability_upgrade_source"
FOLDER = paths.RUN / "upgrade"
RELATED_ROWS = """
    CREATE TABLE saved_parameter AS
    SELECT key, value FROM ir_config_parameter WHERE key LIKE 'reliability.%';
    CREATE TABLE saved_data AS
    SELECT module, name, model, res_id FROM ir_model_data
     WHERE model LIKE 'reliability.%';
"""
"""Copies of rows in Odoo's own tables that belong to ours."""
FUNCTIONS = """
    SELECT pg_get_functiondef(oid) || ';' FROM pg_proc
     WHERE proname LIKE 'reliability%' AND prokind = 'f' AND oid IN (
           SELECT refobjid FROM pg_depend
            WHERE refclassid = 'pg_proc'::regclass
              AND classid = 'pg_rewrite'::regclass)
     ORDER BY oid;
"""
"""The functions of views: those of another version may return other columns."""
UNCHECKED = "SET check_function_bodies = false;\n"
A_DAY_EARLIER = """
    UPDATE reliability_rollup_minute SET start = start - interval '1 day';
    UPDATE reliability_rollup_hour SET start = start - interval '1 day';
    UPDATE reliability_rollup_top_call
       SET hour = hour - interval '1 day', ended = ended - interval '1 day';
"""
"""So that calls of the test, in the same hour, take no place among the top calls."""


def renew(commit):
    """Write the data of a commit's version."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    archive = ["git", "archive", "--output", FOLDER / "addons.tar", commit, "addons"]
    commands.run(archive, paths.log("upgrade"), cwd=paths.ROOT)
    shutil.unpack_archive(FOLDER / "addons.tar", FOLDER)
    databases.copy(databases.TEMPLATE, DATABASE)
    path = [FOLDER / "addons", *(f for f in addons.folders() if f != paths.ADDONS)]
    server = OdooServer(
        DATABASE,
        FOLDER / "server",
        options={"addons_path": ",".join(map(str, path))},
        reliability={"host": "warehouse-1"},
    )
    try:
        server.configure()
        install = [paths.PYTHON, paths.LAUNCHER, "-c", server.config, "--no-http"]
        install += ["-i", ",".join(addons.installable()), "--stop-after-init"]
        commands.run(install, paths.log("upgrade"), cwd=paths.RUN)
        with server:
            work(traffic.ApiUser(server.url, DATABASE, "admin", "admin"))
        Path(__file__).with_name(f"{version()}.sql").write_text(dump())
    finally:
        databases.drop(DATABASE)


def version():
    """Return the version of the unpacked addon ``reliability``."""
    manifest = FOLDER / "addons" / "reliability" / "__manifest__.py"
    return ast.literal_eval(manifest.read_text())["version"]


def work(user):
    """Change settings, add an operation, and confirm orders, as a company does."""
    platform = user.ref("reliability.service_platform")
    user.call(
        "reliability.operation",
        "create",
        {
            "name": "Addresses",
            "code": "addresses",
            "service_id": platform,
            "model": "res.partner",
            "method": "address_get",
            "threshold": 0.25,
        },
    )
    user.call(
        "reliability.service", "write", [platform], {"runbook": "<p>Call Ann.</p>"}
    )
    user.call("ir.config_parameter", "set_param", "reliability.switched_off", "no")
    orders = traffic.make_orders(user, 4)
    traffic.confirmations().run([(user, order) for order in [*orders, orders[0]]])
    user.call("res.partner", "address_get", user.call("res.partner", "search", []))
    # Two confirm one order at once: Odoo may repeat one of the transactions.
    over = "outcome <> 'retried'"
    wait_for_rollups(DATABASE, {"success": 4, "rejected": 1}, where=over)
    found = "SELECT count(*) > 0 FROM reliability_series WHERE operation = 'addresses'"
    wait_until(lambda: postgres.psql(found, DATABASE) == "t", "no call of addresses")


def dump():
    """Return our functions and tables, and the related rows, as SQL."""
    postgres.psql(RELATED_ROWS + A_DAY_EARLIER, DATABASE)
    tables = ("--table=reliability_*", "--table=saved_*")
    dumped = postgres.dump(DATABASE, *tables, "--exclude-table=reliability_gauge_*")
    return UNCHECKED + postgres.psql(FUNCTIONS, DATABASE) + dumped


if __name__ == "__main__":
    prepare.for_odoo()
    with testing.in_workplace("upgrade"):
        renew(*sys.argv[1:])
