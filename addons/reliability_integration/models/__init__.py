from . import (
    reliability_attempt,
    reliability_exchange,
    reliability_exchange_mixin,
    reliability_exchange_total,
    reliability_fact,
    reliability_integration,
    reliability_operation,
    reliability_reference,
    reliability_resolve,
    reliability_retry,
    reliability_situation,
    res_config_settings,
)
