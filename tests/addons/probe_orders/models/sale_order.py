"""A confirmation that does what confirmations must not, or that does not work."""

import socket
import subprocess
import threading
from contextlib import suppress

import requests

from odoo import models
from odoo.exceptions import UserError
from odoo.sql_db import db_connect

PARAMETER = "probe_orders.fault"
"""The system parameter that chooses one of `FAULTS`."""
NOWHERE = "203.0.113.7"
"""An address for documentation, where nobody answers."""


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """Confirm, with the fault that a test has chosen."""
        if fault := self.env["ir.config_parameter"].sudo().get_param(PARAMETER):
            FAULTS[fault](self)
        return super().action_confirm()


def _connect(_order):
    socket.create_connection((NOWHERE, 443), timeout=5).close()


def _swallow(_order):
    with suppress(Exception):
        requests.get(f"http://{NOWHERE}:8080/rates", timeout=5)


def _resolve(_order):
    socket.getaddrinfo("rates.example", 443)


def _start_program(_order):
    subprocess.run(["/bin/true"], check=False)


def _start_thread(_order):
    threading.Thread(target=print, name="rates").start()


def _open_cursor(order):
    with db_connect(order.env.cr.dbname).cursor() as cr:
        cr.execute("SELECT 1")


def _commit(order):
    order.env.cr.commit()


def _commit_by_sql(order):
    order.env.cr.execute("COMMIT")


def _roll_back(order):
    order.env.cr.rollback()


def _hang(_order):
    while True:
        pass


def _refuse(order):
    raise UserError(order.env._("Only services are sold here."))


def _fail(_order):
    raise ValueError("the rate is negative")


def _fail_before_commit(order):
    order.env.cr.precommit.add(lambda: _fail(order))


FAULTS = {
    "connect": _connect,
    "swallow": _swallow,
    "resolve": _resolve,
    "start_program": _start_program,
    "start_thread": _start_thread,
    "open_cursor": _open_cursor,
    "commit": _commit,
    "commit_by_sql": _commit_by_sql,
    "roll_back": _roll_back,
    "hang": _hang,
    "refuse": _refuse,
    "fail": _fail,
    "fail_before_commit": _fail_before_commit,
}
"""What a confirmation does before anything else."""
