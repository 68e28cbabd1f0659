from . import (
    base,
    ir_cron,
    reliability_fact,
    reliability_health,
    reliability_operation,
    reliability_reading,
    reliability_report,
    reliability_rollup,
    reliability_service,
    reliability_token,
    res_config_settings,
)
