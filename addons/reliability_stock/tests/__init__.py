from . import (
    test_gauges,
    test_health_provider,
    test_impact,
    test_stock_picking,
    test_top_call,
)
