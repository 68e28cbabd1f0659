from . import (
    reliability_health_provider,
    reliability_incident,
    reliability_integration,
    reliability_notification,
    reliability_notification_webhook,
    reliability_self_check,
)
