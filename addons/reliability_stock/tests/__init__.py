from . import (
    test_reliability_fact,
    test_reliability_situation,
    test_stock_picking,
)
