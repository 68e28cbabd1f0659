"""The root cause of trouble: the layer that is to blame, in a sentence with evidence.

A root cause is stored as data and described in each reader's language.  Where none is
certain, there is none.
"""

from odoo import api, models


class ReliabilityDiagnosis(models.AbstractModel):
    """Addons that know more causes extend ``_find_root_cause`` and ``_describe``."""

    _name = "reliability.diagnosis"
    _description = "Diagnosis"

    @api.model
    def _find_root_cause(self, observation, key, now):
        """Return the root cause of trouble.

        :param Observation observation: with a reason
        :param StatusKey key: the service, company and warehouse in trouble
        :param datetime now: in UTC
        :return: a dict with ``layer`` and the values of its sentence; ``None`` where
            the cause is not known
        """
        if observation.reason["kind"] in ("slow", "busy"):
            return self._find_layer(observation, key, now)
        return None

    @api.model
    def _describe(self, cause):
        """Return a root cause as a clause in the user's language, without a full stop.

        :param cause: what ``_find_root_cause`` returned
        """
        return self._describe_layer(cause) if cause else ""

    @api.model
    def _find_layer(self, observation, key, now):
        """Return the layer that takes more of a call than usual, if one stands out."""
        return None

    @api.model
    def _describe_layer(self, cause):
        """Return how much of a call a layer takes, and how much is usual."""
        return ""

    @api.model
    def _calls_in_trouble(self, observation, key):
        """Return which calls are in trouble, as ``reliability.query`` takes it."""
        service = self.env["reliability.service"].browse(key.service_id).code
        operation = observation.reason["operation"]
        if observation.reason["kind"] == "busy":
            return {"family": "http"}  # of all services
        where = {"service": service}
        if not operation:
            return where | {"family": "http"}
        family = "cron" if observation.is_shared else "operation"
        if family == "operation":
            where["warehouse"] = key.warehouse
            if key.company_id is not None:
                where["company_id"] = key.company_id
        return where | {"family": family, "operation": operation}

    @api.model
    def _display_name_of(self, family, operation):
        """Return the name of something measured, in the user's language.

        :param str family: of :data:`..telemetry.events.LABELS`
        :param str operation: its code, external id, or method and route
        """
        if family == "http":
            return self.env._("a request (%(route)s)", route=operation)
        return self.env["reliability.display.names"]._display_name_of(operation)
