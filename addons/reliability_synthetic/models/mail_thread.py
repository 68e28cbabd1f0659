"""Rehearsals notify nobody."""

from odoo import models

from ..rehearsal import is_rehearsal


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Notify nobody of what a rehearsal posts.

        Notifications of browsers are sent before the commit, by Odoo itself.
        """
        if is_rehearsal(self.env):
            return []
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
