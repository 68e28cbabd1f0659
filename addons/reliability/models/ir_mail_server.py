import contextlib
import time

from odoo import models

from ..instrumentation import external_time


class IrMailServer(models.Model):
    """Mail servers are partner systems: waiting for them is external time."""

    _inherit = "ir.mail_server"

    def _connect__(self, *args, **kwargs):
        with _external_time():
            return super()._connect__(*args, **kwargs)

    def send_email(self, *args, **kwargs):
        with _external_time():
            return super().send_email(*args, **kwargs)


@contextlib.contextmanager
def _external_time():
    """Add the duration of the block as external time, unless the block adds it."""
    before, started = external_time.seconds_so_far(), time.perf_counter()
    try:
        yield
    finally:
        added_inside = external_time.seconds_so_far() - before
        external_time.add_seconds(time.perf_counter() - started - added_inside)
