"""Business in processes of their own, forked from one that has loaded a database: they
may be killed at any moment.
"""

import os
import signal
import sys

from waiting import TIMEOUT, met

from odoo.exceptions import UserError
from odoo.tools import mute_logger

REFUSED, FAILED = 3, 4
"""How a process exits whose business was refused, or failed otherwise."""


def run_in_child(action):
    """Do something in a process of its own, which is killed where it does not end.

    :return: how it ended: its status, as ``os.wait``'s
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
    ends = met(lambda: _has_ended(pid), TIMEOUT)
    if not ends:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return -1
    return ends[1]


def _has_ended(pid):
    ended, status = os.waitpid(pid, os.WNOHANG)
    return (ended, status) if ended else None


def cause_serialization_failure(env, registry):
    """Let another transaction change what this one is about to change."""
    company = env.ref("base.main_company").partner_id.id
    with registry.cursor() as other:
        other.execute(
            "UPDATE res_partner SET comment = 'first' WHERE id = %s", [company]
        )
    env.cr.execute("UPDATE res_partner SET comment = 'second' WHERE id = %s", [company])
