from . import (
    base,
    reliability_operation,
    reliability_rollup,
    reliability_service,
    res_config_settings,
)
