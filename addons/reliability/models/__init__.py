from . import (
    base,
    reliability_operation,
    reliability_reading,
    reliability_report,
    reliability_rollup,
    reliability_service,
    res_config_settings,
)
