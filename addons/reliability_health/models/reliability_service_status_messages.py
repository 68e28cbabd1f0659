"""Why a service is not fine, in a sentence in the reader's language."""

from odoo import fields, models

from odoo.addons.reliability.api import formatting


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
        if reason["cause"]["layer"] == "workers":  # what they do is no reason
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
            case "blocked":
                return _(
                    "%(operation)s: %(part)s stuck since %(time)s",
                    **values,
                )
            case "busy":
                return self._describe_busy(reason, values)
            case "redis":
                return self._describe_redis(reason, values)
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
        return _("%(part)s of %(whole)s are late, the first since %(time)s", **values)

    def _describe_busy(self, reason, values):
        """Return that all workers are busy; the operation is the name of the host."""
        _ = self.env._
        waiting = reason["part"] - reason["whole"]  # requests
        text = _("All %(whole)s workers are busy since %(time)s", **values)
        if self.env["reliability.host"].sudo().search_count([], limit=2) > 1:
            values["host"] = reason["operation"]
            text = _(
                "All %(whole)s workers of %(host)s are busy since %(time)s", **values
            )
        if not waiting:
            return text
        if waiting == 1:
            return _("%(text)s, and a request waits", text=text)
        return _("%(text)s, and %(count)s requests wait", text=text, count=waiting)

    def _describe_redis(self, reason, values):
        """Return the problem of a Redis; the operation is its use and its problem."""
        _ = self.env._
        match reason["operation"]:
            case "sessions down":
                return _("Redis for sessions has not answered since %(time)s", **values)
            case "cache down":
                return _(
                    "Redis for the cache has not answered since %(time)s", **values
                )
            case "sessions evicting":
                return _(
                    "Redis for sessions has too little memory since %(time)s: people"
                    " are logged out",
                    **values,
                )
            case "sessions not_saved":
                return _(
                    "Redis for sessions cannot write to its disk since %(time)s",
                    **values,
                )
            case "cache not_saved":
                return _(
                    "Redis for the cache cannot write to its disk since %(time)s",
                    **values,
                )
            case "sessions not_replicated":
                return _(
                    "Redis for sessions has lost its connection to the primary since"
                    " %(time)s",
                    **values,
                )
        return _(
            "Redis for the cache has lost its connection to the primary since %(time)s",
            **values,
        )

    def _subject_of(self, reason, names):
        """Return the name of the operation, service or backlog that is not fine."""
        code = reason["operation"]
        if not code:  # the service as a whole, as for requests
            return self.service_id.name
        if code == "mail":
            return self.env._("Outgoing mail")
        if reason["kind"] == "at_risk":
            return self.env["reliability.health.provider"]._backlog_name(code)
        return names.get(code) or self.env[
            "reliability.display.names"
        ]._display_name_of(code)
