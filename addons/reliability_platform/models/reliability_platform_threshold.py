"""Thresholds of problems of the platform, which those who run the server may change."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ..watch.thresholds import THRESHOLDS


class ReliabilityPlatformThreshold(models.Model):
    """One row per threshold of ``watch/thresholds``; the collector reads them in the
    operator database.
    """

    _name = "reliability.platform.threshold"
    _description = "Platform Threshold"
    _order = "id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    value = fields.Float(required=True, digits=(16, 2))
    default = fields.Float(compute="_compute_default", digits=(16, 2))
    unit = fields.Char(compute="_compute_default")

    _code_unique = models.UniqueIndex("(code)")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_default(self):
        for one in self:
            threshold = THRESHOLDS.get(one.code)
            one.default = threshold.default if threshold else 0.0
            one.unit = one._unit_name(threshold.unit) if threshold else ""

    @api.model
    def _unit_name(self, unit):
        return self.env._("million") if unit == "million" else unit

    @api.constrains("value")
    def _check_value(self):
        for one in self:
            known = THRESHOLDS.get(one.code)
            if known and not known.minimum <= one.value <= known.maximum:
                raise ValidationError(
                    self.env._(
                        "%(name)s: enter a number from %(minimum)s to %(maximum)s"
                        " (%(unit)s), not %(value)s.",
                        name=one.name,
                        minimum=formatLang(self.env, known.minimum, digits=0),
                        maximum=formatLang(self.env, known.maximum, digits=0),
                        unit=one.unit,
                        value=formatLang(self.env, one.value, digits=2),
                    )
                )
