import contextlib
import time

from odoo import models

from ..runtime import outside


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
    before, started = outside.seconds_so_far(), time.perf_counter()
    try:
        yield
    finally:
        inside = outside.seconds_so_far() - before
        outside.add_seconds(time.perf_counter() - started - inside)
