"""The hooks of the diagnosis; the addon ``reliability_health`` calls them.

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

        :param observation: of a status that is not fine: why, as ``reason``
        :param StatusKey key: the service, company and warehouse in trouble
        :param datetime now: in UTC
        :return: a dict with ``layer`` and the values of its sentence, and the
            ``subject`` of alerts that tell the same; ``None`` where the cause is not
            known
        """
        return None

    @api.model
    def _describe(self, cause):
        """Return a root cause in a sentence of its own, in the user's language.

        :param cause: what ``_find_root_cause`` returned
        """
        return ""

    @api.model
    def _display_name_of(self, family, operation):
        """Return the name of something measured, in the user's language.

        :param str family: the name of a family, see :mod:`..telemetry.families`
        :param str operation: its code, external id, or method and route
        """
        if family == "http":
            return self.env._("a request (%(route)s)", route=operation)
        return self.env["reliability.display.names"]._display_name_of(operation)
