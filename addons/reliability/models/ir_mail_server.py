import contextlib
import time

from odoo import models

from ..instrumentation import external_time


class IrMailServer(models.Model):
    """Mail servers are counterparts: what they take is no time of Odoo's."""

    _inherit = "ir.mail_server"

    def _connect__(self, *args, **kwargs):
        with _outside():
            return super()._connect__(*args, **kwargs)

    def send_email(self, *args, **kwargs):
        with _outside():
            return super().send_email(*args, **kwargs)


@contextlib.contextmanager
def _outside():
    """Count the block as time of a counterpart, as far as it is not counted inside."""
    before, started = external_time.seconds_so_far(), time.perf_counter()
    try:
        yield
    finally:
        inside = external_time.seconds_so_far() - before
        external_time.add_seconds(time.perf_counter() - started - inside)
