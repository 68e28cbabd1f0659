from . import (
    test_reliability_gauge,
    test_reliability_health_provider,
    test_stock_picking,
)
