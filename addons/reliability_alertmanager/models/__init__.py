from . import (
    reliability_alertmanager_alert,
    reliability_health_provider,
    reliability_inbound,
)
