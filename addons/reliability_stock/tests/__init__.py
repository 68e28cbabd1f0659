from . import test_warehouse_code
