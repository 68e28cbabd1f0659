from . import (
    reliability_alert_thresholds,
    reliability_diagnosis,
    reliability_diagnosis_dependency,
    reliability_evaluator,
    reliability_notifier,
    reliability_operation,
    reliability_service,
    reliability_service_status,
    reliability_service_status_messages,
)
