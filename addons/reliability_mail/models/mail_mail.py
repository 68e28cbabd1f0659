from odoo import models

from .. import mail_outcome


class MailMail(models.Model):
    _inherit = "mail.mail"

    # Few of very many mails are waiting or have failed.
    _reliability_open = models.Index(
        "(state, id) WHERE state IN ('outgoing', 'exception')"
    )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        for reason, mails in self.grouped(
            lambda mail: mail._reason_in_cache(failure_type, failure_reason)
        ).items():
            mail_outcome.ended(self.env.registry, len(mails), reason)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )

    def _reason_in_cache(self, failure_type, failure_reason):
        """Return the reason why a mail was not sent, without a query; empty if it was.

        If a mail has no recipient, only its cached fields have the reason.
        """
        cached = {
            name: self._fields[name]._get_cache(self.env).get(self.id)
            for name in ("state", "failure_type")
        }
        has_failed = failure_type or failure_reason or cached["state"] == "exception"
        return (
            (failure_type or cached["failure_type"] or "unknown") if has_failed else ""
        )
