from . import (
    test_attempts,
    test_display_names,
    test_gauges,
    test_health_provider,
    test_job_wait,
    test_runjob,
    test_unmeasured_jobs,
)
