"""Findings of the platform: lock waits and hosts."""

from odoo import api, models

from odoo.addons.reliability.api import formatting


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _findings(self, services, now):
        return [
            *super()._findings(services, now),
            *self.env["reliability.lock.wait"]._findings(services),
            *self.env["reliability.host"]._findings(services),
        ]

    @api.model
    def _describe_finding(self, reason, values):
        match reason["kind"]:
            case "blocked":
                return formatting.counted(
                    reason["part"],
                    self.env._(
                        "%(operation)s: 1 call has been stuck since %(time)s", **values
                    ),
                    self.env._(
                        "%(operation)s: %(part)s calls have been stuck since %(time)s",
                        **values,
                    ),
                )
            case "busy":
                return self._describe_busy(reason, values)
            case "redis":
                return self._describe_redis(reason, values)
        return super()._describe_finding(reason, values)

    @api.model
    def _describe_busy(self, reason, values):
        """Return that all workers are busy; the operation is the name of the host."""
        _ = self.env._
        waiting = reason["part"] - reason["whole"]  # requests
        workers = reason["whole"]
        text = formatting.counted(
            workers,
            _("The only worker has been busy since %(time)s", **values),
            _("All %(whole)s workers have been busy since %(time)s", **values),
        )
        if self.env["reliability.host"].sudo().search_count([], limit=2) > 1:
            values["host"] = reason["operation"]
            text = formatting.counted(
                workers,
                _("The only worker of %(host)s has been busy since %(time)s", **values),
                _(
                    "All %(whole)s workers of %(host)s have been busy since %(time)s",
                    **values,
                ),
            )
        if not waiting:
            return text
        requests = formatting.counted(
            waiting,
            _("1 request waits"),
            _("%(count)s requests wait", count=waiting),
        )
        return formatting.paragraph(text, requests)

    @api.model
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
