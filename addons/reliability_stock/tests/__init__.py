from . import test_stock_picking, test_warehouse_code
