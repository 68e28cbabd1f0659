from . import (
    delivery_carrier,
    reliability_cutoff,
    reliability_cutoff_messages,
    reliability_departures,
    reliability_exchange,
    reliability_gauge,
    reliability_health_provider,
    reliability_health_provider_setup,
    reliability_reference,
    reliability_resolve,
    res_config_settings,
    stock_picking,
)
