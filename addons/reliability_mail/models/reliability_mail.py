"""Outgoing mails: those that wait to be sent, and those that could not be sent."""

from datetime import timedelta
from textwrap import shorten

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.reliability.api import Alert, AlertText, Backlog, formatting, masked

from .reliability_diagnosis import SUBJECT

PROVIDER, _KIND = "mail", "mails"
_SERVICE = "background_work"
_RECENT = timedelta(days=7)
_MAX_REASON_LENGTH = 100
_MAX_WAIT = timedelta(hours=1)
_IS_WAITING = ("state", "=", "outgoing")
"""Odoo sends waiting mails once an hour."""

GAUGES = ("mail_waiting", "mail_oldest_waiting_seconds", "mail_undelivered")

# The moment since which a mail could have been sent.
_DUE = "greatest(create_date, coalesce(scheduled_date, create_date))"
_WAITING = f"""
    SELECT count(*), count(*) FILTER (WHERE due < %(late)s), min(due)
      FROM (SELECT {_DUE} AS due FROM mail_mail WHERE state = 'outgoing') AS mail
     WHERE due <= %(now)s
"""


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self._register_gauge(
            "mail_waiting",
            "Mails that are due and wait to be sent.",
            f"""
            SELECT count(*) AS value FROM mail_mail
             WHERE state = 'outgoing' AND {_DUE} <= now() AT TIME ZONE 'UTC'
            """,
        )
        self._register_gauge(
            "mail_oldest_waiting_seconds",
            "How long the oldest mail that waits to be sent has been due.",
            f"""
            SELECT greatest(0, coalesce(extract(epoch FROM
                       now() AT TIME ZONE 'UTC' - min({_DUE})), 0)) AS value
              FROM mail_mail WHERE state = 'outgoing'
            """,
        )
        self._register_gauge(
            "mail_undelivered",
            "Mails that could not be sent and are unresolved, by reason.",
            """
            SELECT coalesce(failure_type, 'unknown') AS reason, count(*) AS value
              FROM mail_mail WHERE state = 'exception' GROUP BY 1
            """,
        )
        return result


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _backlogs(self):
        now = self.env.cr.now()
        self.env["mail.mail"].flush_model()
        query = SQL(_WAITING, late=now - _MAX_WAIT, now=now)
        ((count, late, oldest),) = self.env.execute_query(query)
        if not count:
            return super()._backlogs()
        since = oldest + _MAX_WAIT if late else None
        mails = Backlog(_KIND, _SERVICE, None, "", count, late, since)
        return [*super()._backlogs(), mails]

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _KIND:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        _ = self.env._
        if late:
            age = formatting.since(self.env, oldest - _MAX_WAIT)
            values = {"count": count, "age": age}
            text = formatting.counted(
                count,
                _("1 e-mail has been waiting to be sent for %(age)s", **values),
                _(
                    "%(count)s e-mails wait to be sent, the oldest for %(age)s",
                    **values,
                ),
            )
        else:
            text = formatting.counted(
                count,
                _("1 e-mail waits to be sent"),
                _("%(count)s e-mails wait to be sent", count=count),
            )
        return text, self._open_mails(_("Waiting E-Mails"), _IS_WAITING)

    @api.model
    def _alerts(self):
        """Return an alert for each reason why mails could not be sent."""
        mails = self.env["mail.mail"]
        found = []
        for reason, count, first, last, last_id in mails._read_group(
            self._failed_mails(),
            ["failure_type"],
            ["__count", "create_date:min", "create_date:max", "id:max"],
        ):
            values = {}
            if reason in (False, "unknown"):
                text = masked(mails.browse(last_id).failure_reason or "")
                values["reason"] = shorten(text, _MAX_REASON_LENGTH)
            found.append(
                Alert(
                    PROVIDER,
                    "failed",
                    _SERVICE,
                    "degraded",
                    count,
                    first,
                    last,
                    subject=SUBJECT,
                    error=reason or "",
                    values=values,
                    is_shared=True,
                )
            )
        return super()._alerts() + found

    @api.model
    def _failed_mails(self):
        since = fields.Datetime.now() - _RECENT
        return [("state", "=", "exception"), ("create_date", ">=", since)]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        reason = (alert.values or {}).get("reason") or self._reason(alert.error)
        values = {"count": alert.count, "reason": reason}
        is_one = alert.count == 1
        action = self._open_mails(
            self.env._("Failed E-Mails"),
            *self._failed_mails(),
            ("failure_type", "=", alert.error or False),
        )
        return AlertText(
            self.env._("1 e-mail could not be sent: %(reason)s", **values)
            if is_one
            else self.env._(
                "%(count)s e-mails could not be sent: %(reason)s", **values
            ),
            self.env._("Open e-mail") if is_one else self.env._("Open e-mails"),
            action,
        )

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        return self.env["mail.mail"].has_access("read")

    @api.model
    def _reason(self, failure_type):
        """Return Odoo's name of a reason why a mail could not be sent."""
        field = self.env["mail.mail"]._fields["failure_type"]
        names = dict(field._description_selection(self.env))
        return names.get(failure_type or "unknown", failure_type)

    @api.model
    def _open_mails(self, name, *domain):
        """Return an action that opens mails, or ``False`` without the right to read."""
        if not self.env["mail.mail"].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.mail",
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {},
        }
