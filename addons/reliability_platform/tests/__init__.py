from . import (
    test_diagnosis,
    test_findings,
    test_host,
    test_lock_waits,
    test_roles,
    test_self_check,
)
