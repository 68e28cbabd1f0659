"""What holds for all tests: property tests do not depend on the load of the machine."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "reliability", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("reliability")
