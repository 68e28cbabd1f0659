from . import (
    reliability_gauge,
    reliability_health_provider,
    reliability_health_provider_incident,
    reliability_top_call,
    stock_move,
    stock_picking,
)
