"""Alerts about calls and backlogs, in a sentence in the reader's language."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import Alert, AlertText, formatting

from .finding_messages import finding_sentence
from .reliability_evaluator import PROVIDER, UNEVALUATED

_SILENT_HOST = "silent_host"
_SILENT_AFTER = timedelta(seconds=90)
_REMOVED_AFTER = timedelta(days=1)
"""A server that is silent for longer was removed on purpose."""
_CALLS_TO_OPEN = {"failing": "failures", "refused": "rejected", "slow": "slow"}
"""Kind of a finding → calls that explain it, for ``reliability.top.call._open``."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        """Return an alert for each server that is silent while others deliver numbers.

        None is expected from one that ended in order, or was replaced.
        """
        now = fields.Datetime.now()
        checkpoints = self.env["reliability.collector.checkpoint"]
        last_polls = checkpoints._last_polls()
        if max(last_polls.values(), default=now) < now - _SILENT_AFTER:
            return super()._alerts()  # all are silent: the cockpit says so on top
        silent = checkpoints._silent_hosts(last_polls, now - _SILENT_AFTER)
        return super()._alerts() + [
            Alert(
                PROVIDER,
                _SILENT_HOST,
                "platform",
                "degraded",
                1,
                last_poll,
                last_poll,
                subject=host,
                is_shared=True,
            )
            for host, last_poll in silent.items()
            if now - last_poll < _REMOVED_AFTER
        ]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        if alert.cause == _SILENT_HOST:
            return self._describe_silent_host(alert)
        if alert.cause == UNEVALUATED:
            return AlertText(
                self.env._(
                    "Alerts of carriers, documents and jobs are not up to date:"
                    " evaluating them fails (%(error)s). The server log says where",
                    error=alert.error,
                )
            )
        service = self.env["reliability.service"]._by_code(alert.service)
        return AlertText(
            self._describe_finding_alert(alert, service),
            *self._button_and_action(alert, service),
        )

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        if alert.cause in (_SILENT_HOST, UNEVALUATED):
            return self.env.user.has_group("base.group_system")
        if self.env.user.has_group("reliability.group_manager"):
            return True
        service = self.env["reliability.service"]._by_code(alert.service)
        responsible = service.sudo().notify_user_ids | service.owner_id
        return self.env.user in responsible

    @api.model
    def _describe_silent_host(self, alert):
        return AlertText(
            self.env._(
                "The server %(host)s has sent no numbers since %(time)s: its calls are"
                " missing here",
                host=alert.subject,
                time=formatting.moment(self.env, alert.since),
            ),
            self.env._("Open Settings"),
            self.env.user.has_group("base.group_system") and self._open_settings(),
        )

    @api.model
    def _describe_finding_alert(self, alert, service):
        """Return why a service is not fine; then the root cause, if it is known."""
        text = self._describe_reason(alert.values, service)
        cause = self.env["reliability.diagnosis"]._describe(alert.values.get("cause"))
        return formatting.paragraph(text, cause) if cause else text

    @api.model
    def _describe_reason(self, reason, service):
        """Return what is not fine, in a sentence without a full stop."""
        since = fields.Datetime.to_datetime(reason["since"])
        values = {
            "operation": self._subject_of(reason, service),
            "part": reason["part"],
            "whole": reason["whole"],
            "time": formatting.moment(self.env, since),
        }
        if text := finding_sentence(self.env, reason, values):
            return text
        return self.env["reliability.evaluator"]._describe_finding(reason, values)

    @api.model
    def _subject_of(self, reason, service):
        """Return the name of the operation, service or backlog that is not fine."""
        code = reason["operation"]
        if not code:  # the service as a whole, as for requests
            return service.name
        return self.env["reliability.display.names"]._display_name_of(code)

    @api.model
    def _button_and_action(self, alert, service):
        """Return the label and the action of the button of an alert.

        The action opens the calls that explain it; the service's form, with its
        runbook, where there are none that this user may see.
        """
        which = _CALLS_TO_OPEN.get(alert.cause)
        is_admin = self.env.user.has_group("reliability.group_admin")
        if not which or (alert.is_shared and not is_admin):
            return self.env._("What to do"), {
                "type": "ir.actions.act_window",
                "res_model": service._name,
                "res_id": service.id,
                "views": [(False, "form")],
            }
        begin = fields.Datetime.to_datetime(alert.values["since"])
        operation = alert.values["operation"]
        if alert.is_shared:
            action = self.env["reliability.report"]._open_hours(
                service, operation, begin
            )
        else:
            action = self.env["reliability.top.call"]._open(
                {
                    "company_id": [alert.company_id or False],
                    "warehouse": [alert.warehouse],
                },
                operation,
                begin,
                fields.Datetime.add(fields.Datetime.now(), minutes=1),
                which,
            )
        return self.env._("Open calls"), action
