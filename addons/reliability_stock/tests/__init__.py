from . import test_reliability_fact, test_stock_picking
