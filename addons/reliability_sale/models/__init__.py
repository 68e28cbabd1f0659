from . import reliability_health_provider
