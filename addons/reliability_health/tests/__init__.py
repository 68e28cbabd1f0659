from . import (
    test_alerts,
    test_browser,
    test_diagnosis,
    test_evaluation,
    test_evaluator,
    test_gauges,
    test_heartbeat,
    test_roles,
    test_suspect,
)
