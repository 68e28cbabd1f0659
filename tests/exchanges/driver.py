"""Business transactions that call the simulator, in processes that may be killed.

Reads cells of the matrix as JSON lines: ``[order, record, fault, situation]``.  Each
runs in a process of its own, forked from one that has loaded the database.
"""

import json
import os
import signal
import sys
from functools import partial

import requests
from child_process import cause_serialization_failure, run_in_child

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.service import model
from odoo.tools import config

from setup import postgres


def main(port):
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    (db,) = config["db_name"]
    registry = Registry(db)
    sql_db.close_all()
    for line in sys.stdin:
        cell = json.loads(line)
        print(json.dumps([cell[0], run_in_child(partial(_run, registry, port, *cell))]))
        sys.stdout.flush()


def _run(registry, port, order, record, fault, situation):
    from odoo.addons.reliability_integration import exchange

    scheme = "https" if fault == "tls" else "http"
    url = f"{scheme}://127.0.0.1:{port}/label"
    timeout = _timeout(fault, situation)
    headers = {"X-Order": order, "X-Fault": fault, "X-Pid": str(os.getpid())}
    attempts = []

    def call(partner):
        """Call like a connector: an exchange around a request, errors as refusals."""
        with exchange(partner, "simulator", "label") as attempt:
            if situation == "kill_before":
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                answer = requests.post(url, json={}, headers=headers, timeout=timeout)
            except requests.RequestException as error:
                if situation == "kill_during":  # the request did not reach the carrier
                    os.kill(os.getpid(), signal.SIGKILL)
                raise UserError(f"The carrier does not answer: {error}") from None
            if answer.status_code >= 400:
                raise UserError(f"The carrier refuses: {answer.text}")
            attempt.created(answer.json()["tracking"], "tracking")

    def business():
        attempts.append(1)
        partner = env["res.partner"].browse(record)
        partner.write({"comment": f"attempt {len(attempts)}"})
        env.flush_all()
        if situation == "savepoint":
            try:
                with env.cr.savepoint():
                    call(partner)
                    raise UserError("The printer is out of paper.")
            except UserError:
                return
        elif situation in ("serialization", "kill_after"):
            try:
                call(partner)
            except UserError:
                if situation == "serialization" and len(attempts) == 2:
                    raise
            if situation == "kill_after":
                os.kill(os.getpid(), signal.SIGKILL)
            if len(attempts) == 1:
                cause_serialization_failure(env, registry)
        elif situation.startswith("crash"):
            call(partner)
            _crash(env, situation)
        else:
            call(partner)
            if situation == "rollback":
                raise UserError("Not enough in stock.")
        env.cr.execute("SELECT 1")

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        model.retrying(business, env)


def _timeout(fault, situation):
    """Return how many seconds to wait for the carrier."""
    if not fault.startswith("timeout"):
        return 60.0
    # A restart of PostgreSQL takes up to two seconds.
    return 4.0 if situation == "postgresql_restarted" else 0.5


def _crash(env, situation):
    """Crash PostgreSQL and this process, as when the power fails."""
    if situation == "crash_after_commit":
        env.cr.commit()
    postgres.crash()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
