from . import (
    reliability_evaluator,
    reliability_gauge,
    reliability_health_provider,
    reliability_maintenance,
    reliability_service,
    reliability_slo,
    reliability_slo_alert,
    reliability_slo_budget,
    reliability_slo_budget_alerts,
    reliability_slo_evaluation,
    slices,
)
