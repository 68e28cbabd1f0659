from . import (
    reliability_alert,
    reliability_alert_evidence,
    reliability_alert_observation,
    reliability_alert_thresholds,
    reliability_diagnosis,
    reliability_diagnosis_dependency,
    reliability_evaluator,
    reliability_gauge,
    reliability_health_provider,
    reliability_operation,
    reliability_service,
    reliability_service_status,
)
