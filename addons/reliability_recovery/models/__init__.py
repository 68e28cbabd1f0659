from . import (
    reliability_backup,
    reliability_backup_set,
    reliability_evaluator,
    reliability_gauge,
    reliability_health_provider,
    reliability_health_provider_restoration,
    reliability_inbound,
    reliability_recovery_heartbeat,
    reliability_recovery_restoration,
    reliability_self_check,
    reliability_service,
)
