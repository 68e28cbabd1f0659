"""An upgrade keeps all data, also from an earlier version, and work goes on meanwhile.

``tests/upgrade/*.sql`` holds data of earlier versions; ``upgrade/renew.py`` makes it.
"""

import json
import subprocess

import pytest
from in_database import rollups, wait_for_rollups
from metrics import by_outcome, wait_for
from waiting import wait_until

from setup import addons, paths, postgres, python_env, traffic

EARLIER = sorted((paths.ROOT / "tests" / "upgrade").glob("*.sql"))
assert EARLIER, "no version to upgrade from: run tests/upgrade/renew.py"
NEWER = """
    ALTER TABLE reliability_rollup_minute ADD COLUMN newer integer NOT NULL;
    ALTER TABLE reliability_operation ADD COLUMN newer varchar;
    CREATE TABLE reliability_newer (id serial PRIMARY KEY);
"""

ADDED_SINCE = ["reliability_incident", "reliability_change"]
"""Addons that an upgrade installs, because something moved there."""
DROP_THIS_VERSION = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT oid::regprocedure FROM pg_proc
                     WHERE proname LIKE 'reliability%' AND prokind = 'f' AND oid IN (
                           SELECT refobjid FROM pg_depend
                            WHERE refclassid = 'pg_proc'::regclass
                              AND classid = 'pg_rewrite'::regclass)
        LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
        FOR name IN SELECT relname FROM pg_class
                     WHERE relkind = 'v' AND relname LIKE 'reliability%'
        LOOP EXECUTE 'DROP VIEW IF EXISTS ' || name || ' CASCADE'; END LOOP;
        FOR name IN SELECT relname FROM pg_class
                     WHERE relkind = 'r' AND relname LIKE 'reliability%'
        LOOP EXECUTE 'DROP TABLE ' || name || ' CASCADE'; END LOOP;
        FOR name IN SELECT relname FROM pg_class
                     WHERE relkind = 'S' AND relname LIKE 'reliability%'
        LOOP EXECUTE 'DROP SEQUENCE ' || name || ' CASCADE'; END LOOP;
    END $$;
    DELETE FROM ir_config_parameter WHERE key LIKE 'reliability.%';
"""
RESTORE_RELATED_ROWS = """
    INSERT INTO ir_config_parameter (key, value) SELECT key, value FROM saved_parameter;
    DELETE FROM ir_model_data WHERE model LIKE 'reliability.%';
    INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
    SELECT module, name, model, res_id, true FROM saved_data;
    DROP TABLE saved_parameter, saved_data;
"""
KNOW_FIELDS_OF_THAT_TIME = """
    WITH field AS (
        INSERT INTO ir_model_fields
               (name, model, model_id, ttype, state, store, field_description)
        SELECT attname, model.model, model.id, 'char', 'base', true, '{"en_US": "Old"}'
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
          JOIN ir_model AS model ON replace(model.model, '.', '_') = relname
         WHERE relname LIKE 'reliability%' AND relkind = 'r' AND attnum > 0
           AND attname NOT IN (SELECT name FROM ir_model_fields AS known
                                WHERE known.model = model.model)
        RETURNING id, model, name)
    INSERT INTO ir_model_data (module, name, model, res_id)
    SELECT 'reliability', 'field_' || replace(model, '.', '_') || '__' || name,
           'ir.model.fields', id FROM field;
"""
"""Odoo drops the columns of fields that it knows and that are gone."""
SET_VERSION = """
    UPDATE ir_module_module SET latest_version = '{}' WHERE name LIKE 'reliability%';
"""
"""Odoo runs the migrations after it."""
NOTIFY_SOMEBODY = """
    UPDATE reliability_service SET quiet_from = 22, quiet_to = 6, notify_by_mail = true
     WHERE code = 'shipping';
    INSERT INTO reliability_service_notify_user
    SELECT id, 2 FROM reliability_service WHERE code = 'shipping';
"""
HOLDS_EVERYTHING = """
    SELECT code FROM reliability_service WHERE quiet_for = 'everything'
"""
DATA = {
    "operations": "SELECT code, model, method, threshold FROM reliability_operation",
    "services": "SELECT code, name FROM reliability_service",
    "notified people": "SELECT code, notify_by_mail, quiet_from, quiet_to, login"
    " FROM reliability_service AS service"
    " JOIN reliability_service_notify_user AS person"
    " ON person.reliability_service_id = service.id"
    " JOIN res_users ON res_users.id = person.res_users_id",
    "procedures": "SELECT code, runbook FROM reliability_service"
    " WHERE runbook IS NOT NULL",
    "settings": "SELECT key, value FROM ir_config_parameter"
    " WHERE key LIKE 'reliability.%'",
    "series": "SELECT operation, company FROM reliability_series",
    "minutes": "SELECT series_id, start, outcome, host, threshold, count, fast,"
    " seconds, buckets FROM reliability_rollup_minute",
    "hours": "SELECT series_id, start, outcome, host, threshold, count, fast,"
    " seconds, buckets FROM reliability_rollup_hour",
    "top calls": "SELECT hour, ended, outcome, seconds, record_id"
    " FROM reliability_rollup_top_call",
    "checkpoints": "SELECT name, host, number FROM reliability_collector_checkpoint",
}
UPGRADES = "SELECT count(*) FROM reliability_upgrade"
"""As the cockpit has recorded them; now they are deployments."""
DEPLOYED = "SELECT count(*) FROM reliability_deployment_change WHERE kind = 'module'"
WITHOUT_PROCEDURE = """
    SELECT code FROM reliability_service WHERE runbook IS NULL OR contingency IS NULL
"""
READ = """
import json
from datetime import datetime
found = env["reliability.query"]._aggregate(
    datetime(2020, 1, 1), datetime(2100, 1, 1), by=("operation",)
)
calls = {name: dict(stats.calls) for (name,), stats in found.items()}
print("READ", json.dumps(calls))
"""


@pytest.fixture(params=EARLIER, ids=lambda path: path.stem)
def earlier(request, database, make_server, admin):
    """Replace the addons' tables by those of an earlier version.

    :return: whether it lacks tables or columns until the upgrade
    """
    server = make_server(options={"max_cron_threads": 0})
    user = admin(server)
    newer = user.call("ir.module.module", "search", [("name", "in", ADDED_SINCE)])
    user.call("ir.module.module", "button_immediate_uninstall", newer)
    server.stop()
    postgres.psql(DROP_THIS_VERSION, database)
    postgres.load(request.param, database)
    postgres.psql(RESTORE_RELATED_ROWS, database)
    postgres.psql(KNOW_FIELDS_OF_THAT_TIME, database)
    postgres.psql(SET_VERSION.format(request.param.stem), database)
    postgres.psql(NOTIFY_SOMEBODY, database)
    return request.param.stem != addons.manifest("reliability")["version"]


def rows_of(database):
    """Return the rows of each kind of data."""
    return {
        kind: set(postgres.psql(query, database).splitlines())
        for kind, query in DATA.items()
    }


def upgrade(user):
    """Upgrade the app in Apps, as Settings advise."""
    found = user.call("ir.module.module", "search", [("name", "=", "reliability")])
    user.call("ir.module.module", "button_immediate_upgrade", found)


def read(server):
    """Return operation → outcome → calls, by the query that all of Odoo uses."""
    shell = [paths.PYTHON, paths.LAUNCHER, "shell", "-c", server.config, "--no-http"]
    output = subprocess.run(
        [str(part) for part in shell],
        input=READ,
        capture_output=True,
        text=True,
        check=True,
        env=python_env.environ(),
    ).stdout
    return json.loads(output.partition("READ")[2])


def confirm(user):
    """Confirm an order; return whether it is confirmed."""
    (order,) = traffic.make_orders(user, 1)
    user.call("sale.order", "action_confirm", [order])
    return user.call("sale.order", "read", [order], ["state"])[0]["state"] == "sale"


def problems(user):
    """Return the problems that Settings show."""
    settings = user.call("res.config.settings", "create", {})
    values = user.call(
        "res.config.settings", "read", [settings], ["reliability_problems"]
    )
    return values[0]["reliability_problems"]


def test_an_upgrade_keeps_all_data_and_counts_on(make_server, admin, database, earlier):
    before, counted = rows_of(database), rollups(database)
    assert all(before.values()), before
    upgrades = int(postgres.psql(UPGRADES, database))
    assert upgrades

    # The new code runs already, and the database is not yet upgraded.
    server = make_server(options={"max_cron_threads": 0})
    user = admin(server)
    assert confirm(user)
    assert ("Upgrade it in Apps" in (problems(user) or "")) == earlier
    log = (server.folder / "odoo.log").read_text()
    assert ("odoo -u reliability" in log) == earlier

    upgrade(user)
    assert "Upgrade it in Apps" not in (problems(user) or "")
    after = rows_of(database)
    for kind, rows in before.items():
        assert rows <= after[kind], (kind, rows - after[kind])
    assert not postgres.psql(WITHOUT_PROCEDURE, database).strip()
    assert postgres.psql(HOLDS_EVERYTHING, database).strip() == "shipping"
    assert int(postgres.psql(DEPLOYED, database)) >= upgrades

    server.stop()
    server.start()  # else waiting batches are delivered within a minute
    assert confirm(admin(server))
    counted["success"] += 2
    for table in ("minute", "hour"):
        wait_for_rollups(database, counted, table=table)
    user = admin(server)
    wait_until(lambda: not problems(user), lambda: problems(user))
    assert read(server)["order_confirmation"] == counted


def test_a_database_of_a_newer_version_is_served_with_a_warning(
    make_server, admin, make_database
):
    newer = make_database("reliability_newer")
    postgres.psql(NEWER, newer)
    server = make_server(options={"db_name": newer, "dbfilter": f"^{newer}$"})
    user = admin(server, newer)
    assert confirm(user)
    wait_for(server, lambda s: by_outcome(s).get("success") == 1)
    assert "Update the addons on this server" in problems(user)
    assert "update the addons" in (server.folder / "odoo.log").read_text()
