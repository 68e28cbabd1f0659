"""Workers: what are they busy with, where all of them are?"""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, sight, place, now):
        cause = super()._find_root_cause(sight, place, now)
        if sight.reason["kind"] != "busy" or (cause and cause["layer"] != "other"):
            return cause
        return self._find_work(sight.reason["operation"], sight.reason["whole"])

    @api.model
    def _describe(self, cause):
        if not cause or cause["layer"] != "workers":
            return super()._describe(cause)
        words = {
            "count": cause["count"],
            "work": self._display_name_of(cause["family"], cause["operation"]),
        }
        _ = self.env._
        return (
            _("%(count)s workers do “%(work)s”", **words)
            if cause["count"] > 1
            else _("a worker does “%(work)s”", **words)
        )

    @api.model
    def _find_work(self, name, workers):
        """Return what occupies most of so many workers of a host, if one thing does."""
        host = self.env["reliability.host"]._now().filtered(lambda of: of.name == name)
        for family, operation, count in host.says["doing"] if host else ():
            if family != "cron" and 2 * count >= workers:
                return {
                    "layer": "workers",
                    "family": family,
                    "operation": operation,
                    "count": count,
                }
        return None
