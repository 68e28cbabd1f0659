from . import (
    reliability_alertmanager_alert,
    reliability_health_provider,
    reliability_inbound,
    reliability_incident,
    reliability_integration,
    reliability_notification,
    reliability_notification_left_out,
    reliability_notification_silences,
    reliability_self_check,
)
