"""Root causes: what workers do, where all of them are busy."""

# A file for each kind of evidence.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models


class ReliabilityDiagnosis(models.AbstractModel):
    _inherit = "reliability.diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        cause = super()._find_root_cause(observation, key, now)
        reason = observation.reason
        if reason["kind"] != "busy" or (cause and cause["layer"] != "other"):
            return cause
        return self._find_activity(reason["operation"], reason["whole"])

    @api.model
    def _is_slow(self, observation):
        return observation.reason["kind"] == "busy" or super()._is_slow(observation)

    @api.model
    def _calls_in_trouble(self, observation, key):
        where = super()._calls_in_trouble(observation, key)
        # Requests of all services; the operation is the name of the host.
        return {"family": "http"} if observation.reason["kind"] == "busy" else where

    @api.model
    def _describe(self, cause):
        if not cause or cause["layer"] != "workers":
            return super()._describe(cause)
        values = {
            "count": cause["count"],
            "work": self._display_name_of(cause["family"], cause["operation"]),
        }
        _ = self.env._
        return (
            _("What %(count)s workers do: %(work)s", **values)
            if cause["count"] > 1
            else _("What 1 worker does: %(work)s", **values)
        )

    @api.model
    def _find_activity(self, name, workers):
        """Return what occupies at least half of the workers of a host; else ``None``.

        :param str name: of the host
        :param int workers: how many it has
        """
        hosts = self.env["reliability.host"]._current()
        host = hosts.filtered(lambda host: host.name == name)
        for family, operation, count in host.report["activities"] if host else ():
            if family != "cron" and 2 * count >= workers:
                return {
                    "layer": "workers",
                    "family": family,
                    "operation": operation,
                    "count": count,
                }
        return None
