"""The signal that is an e-mail to the address of the journey.

It is created, sent and deleted in one transaction of the scheduled action: Odoo's mail
queue never finds it, and neither do those who count the mails that wait or have failed.
"""

from .signal import Signal, SignalError, register_signal


@register_signal("mail")
class MailSignal(Signal):
    def is_available(self, journey):
        return bool(journey.mail_to)

    def perform(self, signal):
        mail = signal.env["mail.mail"].create(_mail_values(signal))
        mail.send()
        if mail.state != "sent":
            raise SignalError(mail.failure_reason or mail.state)
        mail.unlink()


def _mail_values(signal):
    env, journey = signal.env, signal.run_id.journey_id
    return {
        "email_from": journey.company_id.email_formatted or env.user.email_formatted,
        "email_to": journey.mail_to,
        "subject": env._("Synthetic check of e-mails"),
        "body_html": env._("Odoo sends this e-mail regularly, to check that it can."),
        "headers": {"Auto-Submitted": "auto-generated"},
        "auto_delete": False,
    }
