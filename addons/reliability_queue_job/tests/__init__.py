from . import test_attempts, test_gauges, test_health_provider, test_naming, test_runjob
