"""Why a service is not fine, in the words of who reads it."""

from odoo import fields, models

from . import formatting


class ReliabilityServiceStatus(models.Model):
    _inherit = "reliability.service.status"

    def _describe(self, names=None):
        """Say why it is not fine, in this user's words, without a full stop.

        :param dict names: of operations by code, where they are known already
        """
        reason = self.reason
        if not reason:
            return ""
        text = self._describe_reason(reason, names or {})
        cause = self.env["reliability.diagnosis"]._describe(reason.get("cause"))
        if not cause:
            return text
        words = {"text": text, "cause": cause}
        if reason["cause"]["layer"] == "workers":  # it says what they do, not why
            return self.env._("%(text)s: %(cause)s", **words)
        return self.env._("%(text)s, because %(cause)s", **words)

    def _describe_reason(self, reason, names):
        """Say what is not fine."""
        words = {
            "operation": self._what(reason, names),
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
                    "%(operation)s: %(part)s of %(whole)s fail since %(time)s", **words
                )
            case "refused":
                return _(
                    "%(operation)s: %(part)s of %(whole)s are refused since %(time)s",
                    **words,
                )
            case "slow":
                return _(
                    "%(operation)s: %(part)s of %(whole)s are slow since %(time)s",
                    **words,
                )
            case "blocked":
                return _(
                    "%(operation)s: %(part)s stuck since %(time)s",
                    **words,
                )
            case "busy":
                return self._describe_busy(reason, words)
            case "redis":
                return self._describe_redis(reason, words)
            case "silent":
                return _(
                    "%(operation)s: none since %(time)s, usually %(whole)s an hour",
                    **words,
                )
            case "at_risk":
                return _(
                    "%(part)s of %(whole)s %(operation)s will not be done by %(time)s"
                    " if it goes on like this",
                    **words,
                )
        return _("%(part)s of %(whole)s are late, the first since %(time)s", **words)

    def _describe_busy(self, reason, words):
        _ = self.env._
        waiting = reason["part"] - reason["whole"]
        text = _("All %(whole)s workers are busy since %(time)s", **words)
        if self.env["reliability.host"].sudo().search_count([], limit=2) > 1:
            words["host"] = reason["operation"]
            text = _(
                "All %(whole)s workers of %(host)s are busy since %(time)s", **words
            )
        if not waiting:
            return text
        if waiting == 1:
            return _("%(text)s, and a request waits", text=text)
        return _("%(text)s, and %(count)s requests wait", text=text, count=waiting)

    def _describe_redis(self, reason, words):
        """Say what is wrong with a Redis; its operation is what it is used for."""
        _ = self.env._
        match reason["operation"]:
            case "sessions down":
                return _("Redis for sessions has not answered since %(time)s", **words)
            case "cache down":
                return _("Redis for the cache has not answered since %(time)s", **words)
            case "sessions evicting":
                return _(
                    "Redis for sessions has too little memory since %(time)s: people"
                    " are logged out",
                    **words,
                )
            case "sessions not_saved":
                return _(
                    "Redis for sessions cannot write to its disk since %(time)s",
                    **words,
                )
            case "cache not_saved":
                return _(
                    "Redis for the cache cannot write to its disk since %(time)s",
                    **words,
                )
            case "sessions not_replicated":
                return _(
                    "Redis for sessions has lost the one it copies since %(time)s",
                    **words,
                )
        return _(
            "Redis for the cache has lost the one it copies since %(time)s", **words
        )

    def _what(self, reason, names):
        """Return what people call that which is not fine."""
        code = reason["operation"]
        if not code:  # it is judged as a whole, as requests are
            return self.service_id.name
        if code == "mail":
            return self.env._("Outgoing mail")
        if reason["kind"] == "at_risk":
            return self.env["reliability.health.provider"]._backlog_name(code)
        return names.get(code) or self.env[
            "reliability.display.names"
        ]._display_name_of(code)
