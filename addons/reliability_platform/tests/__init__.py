from . import (
    test_browser,
    test_diagnosis,
    test_findings,
    test_host,
    test_lock_waits,
    test_messages,
    test_page,
    test_roles,
    test_samples,
    test_self_check,
    test_threatening,
    test_thresholds,
)
