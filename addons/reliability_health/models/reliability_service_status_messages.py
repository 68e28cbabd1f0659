"""Why a service is not fine, in a sentence in the reader's language."""

from odoo import fields, models

from odoo.addons.reliability.api import formatting

_HINTS = ("workers", "service")
"""The layers that may be the cause, but need not be: busy workers, another service."""


class ReliabilityServiceStatus(models.Model):
    _inherit = "reliability.service.status"

    def _describe(self, names=None):
        """Return why the service is not fine; empty if it is fine.

        :param dict names: code → name of operations, if the caller has them
        :return: a sentence in the user's language, without a full stop
        """
        reason = self.reason
        if not reason:
            return ""
        text = self._describe_reason(reason, names or {})
        cause = self.env["reliability.diagnosis"]._describe(reason.get("cause"))
        if not cause:
            return text
        values = {"text": text, "cause": cause}
        if reason["cause"]["layer"] in _HINTS:
            return self.env._("%(text)s: %(cause)s", **values)
        return self.env._("%(text)s, because %(cause)s", **values)

    def _describe_reason(self, reason, names):
        """Return what is not fine, in a sentence without a full stop."""
        values = {
            "operation": self._subject_of(reason, names),
            "part": reason["part"],
            "whole": reason["whole"],
            "time": formatting.moment(
                self.env, fields.Datetime.to_datetime(reason["since"])
            ),
        }
        _ = self.env._
        match reason["kind"]:
            case "failing":
                return _(
                    "%(operation)s: %(part)s of %(whole)s fail since %(time)s", **values
                )
            case "refused":
                return _(
                    "%(operation)s: %(part)s of %(whole)s are refused since %(time)s",
                    **values,
                )
            case "slow":
                return _(
                    "%(operation)s: %(part)s of %(whole)s are slow since %(time)s",
                    **values,
                )
            case "silent":
                return _(
                    "%(operation)s: none since %(time)s, usually %(whole)s an hour",
                    **values,
                )
            case "at_risk":
                return _(
                    "%(part)s of %(whole)s %(operation)s will not be done by %(time)s"
                    " at this rate",
                    **values,
                )
            case "late":
                return _(
                    "%(part)s of %(whole)s are late, the first since %(time)s", **values
                )
        return self.env["reliability.evaluator"]._describe_finding(reason, values)

    def _subject_of(self, reason, names):
        """Return the name of the operation, service or backlog that is not fine."""
        code = reason["operation"]
        if not code:  # the service as a whole, as for requests
            return self.service_id.name
        if reason["kind"] == "at_risk":
            return self.env["reliability.health.provider"]._backlog_name(code)
        return names.get(code) or self.env[
            "reliability.display.names"
        ]._display_name_of(code)
