from . import (
    reliability_backup,
    reliability_backup_set,
    reliability_gauge,
    reliability_health_provider,
    reliability_inbound,
    reliability_service,
)
