from . import (
    reliability_gauge,
    reliability_health_provider,
    reliability_top_call,
    stock_move,
    stock_picking,
)
