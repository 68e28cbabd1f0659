from . import (
    reliability_diagnosis_locks,
    reliability_diagnosis_workers,
    reliability_evaluator,
    reliability_host,
    reliability_lock_wait,
    reliability_self_check,
)
