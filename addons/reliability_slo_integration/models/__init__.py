from . import (
    exchange_changes,
    reliability_integration,
    reliability_slo,
    reliability_slo_budget,
    reliability_slo_evaluation,
)
