"""Workers that send documents, each up to three times, every other one like a job: a
failed attempt is rolled back and repeated.
"""

import json
import os
import sys
from pathlib import Path

from odoo import SUPERUSER_ID, api, sql_db
from odoo.orm.registry import Registry
from odoo.tools import config, mute_logger

MAX_ATTEMPTS = 3
SENT = "output_sent"


def main(file, workers):
    config.parse_config(["-c", os.environ["ODOO_RC"]], setup_logging=True)
    registry = Registry(config["db_name"][0])
    sql_db.close_all()
    documents = json.loads(Path(file).read_text())
    pids = [
        _fork(registry, documents[number :: int(workers)])
        for number in range(int(workers))
    ]
    sys.exit(any(os.waitpid(pid, 0)[1] for pid in pids))


def _fork(registry, documents):
    pid = os.fork()
    if pid:
        return pid
    try:
        with mute_logger("odoo.sql_db"):
            for document in documents:
                _send(registry, document)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)


def _send(registry, document):
    for _attempt in range(MAX_ATTEMPTS):
        if _attempt_to_send(registry, document):
            return


def _attempt_to_send(registry, document):
    """Send a document once, and say whether it is sent.

    An attempt that the framework wants to repeat later is rolled back, as in a job.
    """
    from odoo.addons.queue_job.exception import RetryableJobError

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        record = env["edi.exchange.record"].browse(document)
        if document % 2:
            record = record.with_context(job_uuid=f"job {document}")
        try:
            record.backend_id.exchange_send(record)
        except RetryableJobError:
            cr.rollback()
            return False
        return record.edi_exchange_state == SENT


if __name__ == "__main__":
    main(*sys.argv[1:])
