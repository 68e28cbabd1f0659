"""While a standby confirms no commit, Odoo still finds out, and shows it.

A real server with one worker for scheduled actions.  That worker hangs in another
scheduled action, whose commits wait for the standby, and nothing ends it.
"""

from contextlib import contextmanager

import pytest
from cluster_watch import configure, private_clusters
from evaluating import EVALUATION
from waiting import wait_until

from setup import databases, paths, postgres
from setup.odoo_server import OdooServer
from setup.private_cluster import PORT
from setup.traffic import ApiUser

FOLDER = paths.RUN / "test" / "unconfirmed"
DATABASE = "production"
CODE = "commits_unconfirmed"
OTHER = "mail.ir_cron_mail_scheduler_action"
MAKE_DUE = """
    SET synchronous_commit = local;
    UPDATE ir_cron SET priority = {priority}, nextcall = now() AT TIME ZONE 'UTC'
     WHERE id IN (SELECT id FROM ir_cron WHERE id = {cron} FOR UPDATE SKIP LOCKED)
"""
"""Where it is locked, it runs."""
WAKE_UP = f"NOTIFY cron_trigger, '{DATABASE}'"
LAST = "SELECT lastcall FROM ir_cron WHERE id = {cron}"
WAITING = f"""
    SELECT count(*) FROM pg_stat_activity
     WHERE wait_event = 'SyncRep' AND datname = '{DATABASE}'
"""
REPORTED = f"""
    SELECT count(*) FROM reliability_host
     WHERE report->'problems' @> '[{{"code": "{CODE}"}}]'
"""

LET_TIME_PASS = f"""
    UPDATE reliability_alert_evidence
       SET pending_since = pending_since - interval '3 minutes' WHERE subject = '{CODE}'
"""
"""An alert ends when its problem has not been found for three minutes."""


@pytest.fixture(scope="module")
def clusters():
    """A primary with a database, and a standby that confirms each commit."""
    with private_clusters("a", "b") as (primary, standby):
        primary.create()
        primary.copy_database(databases.READY, DATABASE)
        primary.psql(f"GRANT pg_monitor TO {postgres.ROLE}")
        standby.follow(primary)
        configure(primary, synchronous_standby_names="walreceiver")
        yield primary, standby


@pytest.fixture(scope="module")
def user(clusters):
    primary, _standby = clusters
    options = {
        "data_dir": FOLDER / "data",
        "db_host": primary.folder,
        "db_port": PORT,
        "limit_time_real_cron": 0,  # a worker that hangs goes on hanging
    }
    server = OdooServer(DATABASE, FOLDER, options=options)
    server.start()
    yield ApiUser(server.url, DATABASE, "admin", "admin")
    server.kill()


@contextmanager
def dead(standby):
    """Kill a standby, and start it again after the block."""
    standby.kill()
    try:
        yield
    finally:
        standby.start()


def make_due(primary, cron, priority):
    """Let a scheduled action be the next one of its priority."""
    primary.psql(MAKE_DUE.format(cron=cron, priority=priority), DATABASE)
    primary.psql(WAKE_UP)


def evaluate_soon(primary, cron):
    """Let Odoo evaluate by its scheduler, and wait until that has ended."""
    last = LAST.format(cron=cron)
    before = primary.psql(last, DATABASE)

    def has_run():
        make_due(primary, cron, 1)
        return primary.psql(last, DATABASE) > before

    wait_until(has_run)


def alerts(user):
    """Return the alerts about commits that are present, as the API shows them."""
    domain = [("subject", "=", CODE), ("is_present", "=", True)]
    return user.call("reliability.alert", "search_read", domain, ["text", "severity"])


def test_it_is_an_alert_until_the_standby_is_back(clusters, user):
    primary, standby = clusters
    evaluation, other = user.ref(EVALUATION), user.ref(OTHER)
    evaluate_soon(primary, evaluation)
    assert alerts(user) == []
    with dead(standby):
        make_due(primary, other, 0)
        wait_until(lambda: primary.psql(WAITING) == "1")
        wait_until(lambda: primary.psql(REPORTED, DATABASE) == "1")
        evaluate_soon(primary, evaluation)
        (alert,) = wait_until(lambda: alerts(user))
        assert alert["severity"] == "interrupted"
        assert "a synchronous standby does not confirm them" in alert["text"]
        assert primary.psql(WAITING) == "1", "only the other action waits"
    wait_until(lambda: primary.psql(WAITING) == "0")
    wait_until(lambda: primary.psql(REPORTED, DATABASE) == "0")
    evaluate_soon(primary, evaluation)
    primary.psql(LET_TIME_PASS, DATABASE)
    evaluate_soon(primary, evaluation)
    wait_until(lambda: not alerts(user))
