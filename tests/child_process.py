"""Run actions in child processes, forked after a registry was loaded.

A child may be killed at any moment.
"""

import os
import signal
import sys

from waiting import TIMEOUT, poll

from odoo.exceptions import UserError
from odoo.tools import mute_logger

REFUSED, FAILED = 3, 4
"""Exit codes of a child whose action was refused (`UserError`), or failed."""


def run_in_child(action):
    """Run an action in a child process, which is killed if it does not end in time.

    :return: the exit status, as of ``os.wait``; -1 if it was killed here
    """
    pid = os.fork()
    if not pid:
        try:
            with mute_logger("odoo.sql_db", "odoo.service.model"):
                action()
        except UserError:
            os._exit(REFUSED)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(FAILED)
        os._exit(0)
    end = poll(lambda: _end_of(pid), TIMEOUT)
    if not end:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return -1
    return end[1]


def _end_of(pid):
    """Return the pid and the exit status of a child that has ended, else ``None``."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return (ended, status) if ended else None


def cause_serialization_failure(env, registry):
    """Update a row that another transaction has updated meanwhile."""
    company = env.ref("base.main_company").partner_id.id
    with registry.cursor() as other:
        other.execute(
            "UPDATE res_partner SET comment = 'first' WHERE id = %s", [company]
        )
    env.cr.execute("UPDATE res_partner SET comment = 'second' WHERE id = %s", [company])
