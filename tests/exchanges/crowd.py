"""Four workers that call a partner system repeatedly while PostgreSQL is restarted.

Each worker writes a line ``uid outcome`` into a file of its own for each attempt.  For
each attempt it inserts a row into ``called`` in the transaction of the business: the
row exists if, and only if, the transaction was committed.
"""

import os
import random
import sys
import time
from pathlib import Path

import psycopg2

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.orm.registry import Registry
from odoo.tools import config, mute_logger

WORKERS = 4
RESULTS = {"done": 14, "refused": 3, "rolled_back": 3}
"""How a transaction ends → how often, of 20."""


def main(folder, attempts):
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    registry = Registry(config["db_name"][0])
    sql_db.close_all()
    pids = [
        _fork(registry, Path(folder), number, attempts) for number in range(WORKERS)
    ]
    ended = [os.waitpid(pid, 0)[1] for pid in pids]
    sys.exit(any(ended))


def _fork(registry, folder, number, attempts):
    pid = os.fork()
    if pid:
        return pid
    try:
        with mute_logger("odoo.sql_db"), (folder / f"{number}.txt").open("w") as log:
            _work(registry, random.Random(number), log, attempts)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)


def _work(registry, random_source, log, attempts):
    from odoo.addons.reliability_integration.ledger.classification import Call

    refused = Call("failed", 422, 0.0)
    called = 0
    while called < attempts:
        (result,) = random_source.choices(*zip(*RESULTS.items(), strict=True))
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                called += _call(env, result, refused, log)
        except UserError:
            called += 1
        except (psycopg2.Error, sql_db.PoolError):
            sql_db.close_all()
            time.sleep(0.1)  # until PostgreSQL is available again


def _call(env, result, refused, log):
    from odoo.addons.reliability_integration import exchange

    env.cr.execute("SELECT 1")
    with exchange(env["res.partner"], "crowd", "label") as attempt:
        uid = attempt._message["uid"]
        outcome = "failed" if result == "refused" else "succeeded"
        print(uid, outcome, file=log, flush=True)
        if result == "refused":
            attempt.add_call(refused)
            raise UserError("no")
        attempt.created(f"T{uid}")
    env.cr.execute("INSERT INTO called VALUES (%s)", [uid])
    if result == "rolled_back":
        raise UserError("no")
    return 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
