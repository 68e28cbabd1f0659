"""Four workers that ask a counterpart again and again, whatever happens to PostgreSQL.

Each notes on the side, in a file, what it asked: a line ``uid outcome`` as soon as it
was asked.  What it did for each in the database is a row in ``asked_for``, in the
transaction of the business: so the row is there if, and only if, that was committed.
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
WAYS = {"done": 14, "refused": 3, "rolled_back": 3}
"""What the business does after it has asked → how often, of 20."""


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
        with mute_logger("odoo.sql_db"), (folder / f"{number}.txt").open("w") as side:
            _work(registry, random.Random(number), side, attempts)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)


def _work(registry, chance, side, attempts):
    from odoo.addons.reliability_integration.ledger.classification import Call

    refused = Call("failed", 422, 0.0)
    asked = 0
    while asked < attempts:
        (way,) = chance.choices(*zip(*WAYS.items(), strict=True))
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                asked += _ask(env, way, refused, side)
        except UserError:
            asked += 1
        except (psycopg2.Error, sql_db.PoolError):
            sql_db.close_all()
            time.sleep(0.1)  # until it is there again


def _ask(env, way, refused, side):
    from odoo.addons.reliability_integration import exchange

    env.cr.execute("SELECT 1")
    with exchange(env["res.partner"], "crowd", "label") as attempt:
        uid = attempt._note["uid"]
        print(uid, "failed" if way == "refused" else "succeeded", file=side, flush=True)
        if way == "refused":
            attempt.called(refused)
            raise UserError("no")
        attempt.created(f"T{uid}")
    env.cr.execute("INSERT INTO asked_for VALUES (%s)", [uid])
    if way == "rolled_back":
        raise UserError("no")
    return 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
