from . import (
    reliability_diagnosis_locks,
    reliability_diagnosis_platform,
    reliability_diagnosis_workers,
    reliability_evaluator,
    reliability_health_provider,
    reliability_host,
    reliability_lock_wait,
    reliability_platform_page,
    reliability_platform_sample,
    reliability_platform_threshold,
    reliability_self_check,
)
