"""Sends documents by OCA's framework, in processes that may be killed.

Reads cells of the matrix as JSON lines: ``[name, document, url, situation]``; the name
begins with the fault.  Each runs in a process of its own, forked from one that has
loaded the database.
"""

import json
import os
import signal
import sys
from functools import partial
from pathlib import Path

from child_process import cause_serialization_failure, run_in_child

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.service import model
from odoo.tools import config

TIMEOUTS = {"timeout_after": "0.3"}
"""Fault → seconds to wait for an answer; 60 for other faults."""
HANDLER = "simulated.partner"


def main(pid_file):
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    (db,) = config["db_name"]
    registry = Registry(db)
    sql_db.close_all()
    for line in sys.stdin:
        cell = json.loads(line)
        print(
            json.dumps(
                [cell[0], run_in_child(partial(_run, registry, pid_file, *cell))]
            )
        )
        sys.stdout.flush()


def _run(registry, pid_file, name, document, url, situation):
    Path(pid_file).write_text(str(os.getpid()))
    os.environ["SIMULATED_PARTNERS"] = url
    os.environ["SIMULATED_PARTNERS_PATIENCE"] = TIMEOUTS.get(name.split()[0], "60")
    if situation == "kill_before":
        registry[HANDLER].send = _die
    if situation.startswith("job"):
        _run_job(registry, document)
        if situation == "job_again":
            _run_job(registry, document)
    else:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            model.retrying(partial(_business, env, document, situation, []), env)


def _business(env, document, situation, attempts):
    attempts.append(1)
    record = env["edi.exchange.record"].browse(document)
    record.backend_id.write(
        {"name": "EDI"}
    )  # the transaction has written before the call
    env.flush_all()
    if situation == "savepoint":
        try:
            with env.cr.savepoint():
                _send(record)
                raise UserError("The printer is out of paper.")
        except Exception:
            return
    try:
        _send(record)
    finally:
        if situation == "kill_after":
            os.kill(os.getpid(), signal.SIGKILL)
    if situation == "serialization" and len(attempts) == 1:
        cause_serialization_failure(env, env.registry)
    if situation == "rollback":
        raise UserError("Not enough in stock.")


def _send(record):
    record.backend_id.exchange_send(record)


def _run_job(registry, document):
    """Send it by a job, like a worker of the queue."""
    from odoo.addons.reliability_queue_job.controllers.main import RunJobController

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        jobs = env["queue.job"]
        uuid = jobs.search(
            [("func_string", "like", f"({document},)"), ("state", "=", "pending")]
        ).uuid
        if not uuid:
            record = env["edi.exchange.record"].browse(document)
            uuid = record.with_delay().action_exchange_send().uuid
        env.flush_all()
        cr.execute("UPDATE queue_job SET state = 'enqueued' WHERE uuid = %s", [uuid])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})

        def perform():
            job = RunJobController._acquire_job(env, uuid)
            return RunJobController._runjob(env, job)

        model.retrying(perform, env)


def _die(_handler, _record):
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
