import contextlib
import time

from odoo import models

from odoo.addons.reliability.api import (
    add_external_seconds,
    external_seconds_so_far,
)


class IrMailServer(models.Model):
    """The conversation with a mail server is external time."""

    _inherit = "ir.mail_server"

    def _connect__(self, *args, **kwargs):
        with _external_time():
            return super()._connect__(*args, **kwargs)

    def send_email(self, *args, **kwargs):
        with _external_time():
            return super().send_email(*args, **kwargs)


@contextlib.contextmanager
def _external_time():
    """Count the block as external time, except what is counted inside already."""
    before, started = external_seconds_so_far(), time.perf_counter()
    try:
        yield
    finally:
        inside = external_seconds_so_far() - before
        add_external_seconds(time.perf_counter() - started - inside)
