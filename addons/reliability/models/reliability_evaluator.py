"""The hooks of health evaluation; the addon ``reliability_health`` evaluates."""

from odoo import api, models


class ReliabilityEvaluator(models.AbstractModel):
    """Addons that know findings extend ``_findings`` and ``_describe_finding``."""

    _name = "reliability.evaluator"
    _description = "Health Evaluation"

    @api.model
    def _last(self):
        """Return when services were last evaluated, in UTC; ``False`` if never."""
        return False

    @api.model
    def _findings(self, services, now):
        """Return findings about services.

        :param dict services: code → record
        :param datetime now: in UTC
        :rtype: list[tuple[StatusKey, str, Finding | None, bool]]
        :return: the status key; the code of the operation, empty for the service as a
            whole; the finding, ``None`` where the operation is fine; and whether it
            concerns the whole database
        """
        return []

    @api.model
    def _describe_finding(self, reason, values):
        """Return a finding of an addon in a sentence, without a full stop.

        :param dict reason: its ``kind``, ``operation``, ``part``, ``whole``, ``since``,
            and its ``values``, if it has any
        :param dict values: ``operation`` (its name), ``part``, ``whole`` and ``time``
        """
        return self.env._(
            "%(operation)s: %(part)s of %(whole)s are in trouble since %(time)s",
            **values,
        )
