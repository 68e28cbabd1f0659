from . import (
    delivery_carrier,
    reliability_cutoff,
    reliability_exchange,
    reliability_fact,
    reliability_reference,
    reliability_situation,
    res_config_settings,
    stock_picking,
)
