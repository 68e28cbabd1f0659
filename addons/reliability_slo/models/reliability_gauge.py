"""Objectives on ``/metrics``: goals, events, budgets and burn rates."""

from odoo import api, models

_OF_BUDGET = """
           coalesce(budget.company_id::text, '') AS company,
           budget.warehouse AS warehouse, budget.system AS integration
"""
_FROM = """
      FROM reliability_slo_budget AS budget
      JOIN reliability_slo AS slo ON slo.id = budget.slo_id AND slo.active
"""
_EVENTS, _GOAL, _REMAINING, _BURN_RATE, _EVALUATED = GAUGES = (
    "slo_events_total",
    "slo_objective_ratio",
    "slo_error_budget_remaining_ratio",
    "slo_burn_rate",
    "slo_evaluated_timestamp_seconds",
)


class ReliabilityGauge(models.AbstractModel):
    _inherit = "reliability.gauge"

    def init(self):
        result = super().init()
        self.env.registry.post_init(self._register_slo_gauges)
        return result

    @api.model
    def _register_slo_gauges(self):
        self._register_gauge(
            _EVENTS,
            "Good and bad events of objectives, without excluded times. It only grows:"
            " what is corrected later is corrected in Odoo alone.",
            f"""
            SELECT slo.code AS slo, {_OF_BUDGET}, result.name AS result,
                   CASE result.name WHEN 'good' THEN counted_good
                                    ELSE counted_bad END AS value
              {_FROM} CROSS JOIN (VALUES ('good'), ('bad')) AS result(name)
            """,
        )
        self._register_gauge(
            _GOAL,
            "Goals of objectives: the ratio of events that should be good.",
            f"""
            SELECT slo.code AS slo, service.code AS service, slo."window" AS "window",
                   {_OF_BUDGET}, slo.goal_ppm / 1000000.0 AS value
              {_FROM} JOIN reliability_service AS service ON service.id = slo.service_id
            """,
        )
        self._register_gauge(
            _REMAINING,
            "Error budgets that are left, as a ratio of the whole; below 0 if more is"
            " used. None without events.",
            f"""
            SELECT slo.code AS slo, {_OF_BUDGET},
                   budget.remaining_ppm / 1000000.0 AS value
              {_FROM} WHERE budget.total > 0
            """,
        )
        self._register_gauge(
            _BURN_RATE,
            "How many times faster than allowed events were bad in a window. None"
            " without events in it.",
            f"""
            SELECT slo.code AS slo, {_OF_BUDGET}, length.name AS "window",
                   (span.total - span.good) * 1000000
                   / (span.total * (1000000 - slo.goal_ppm)) AS value
              {_FROM}
              JOIN reliability_slo_window AS span ON span.budget_id = budget.id
              JOIN (VALUES (300, '5m'), (1800, '30m'), (3600, '1h'), (7200, '2h'),
                           (21600, '6h'), (86400, '1d'), (259200, '3d'))
                   AS length(seconds, name) ON length.seconds = span.seconds
             WHERE span.total > 0
            """,
        )
        self._register_gauge(
            _EVALUATED,
            "When objectives were last evaluated, as a Unix time.",
            """
            SELECT extract(epoch FROM value::timestamp) AS value
              FROM ir_config_parameter
             WHERE key = 'reliability.objectives_evaluated'
            """,
        )
