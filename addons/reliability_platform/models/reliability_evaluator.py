"""Findings of the platform: lock waits, workers, and problems beneath Odoo."""

from odoo import api, fields, models

from odoo.addons.reliability.api import formatting

from .platform_messages import describe_problem


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
            case "platform" | "redis":  # until 19.0.1.2.0: redis
                return self._describe_platform(reason)
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
    def _describe_platform(self, reason):
        """Return a problem of the platform; with names for administrators."""
        problem = reason.get("values") or {"code": "", "subject": ""}
        names = self.env["reliability.host"]._names_of(problem)
        since = fields.Datetime.to_datetime(reason["since"])
        return describe_problem(self.env, {**problem, "names": names}, since)
