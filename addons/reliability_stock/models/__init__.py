from . import (
    reliability_gauge,
    reliability_health_provider,
    stock_move,
    stock_picking,
)
