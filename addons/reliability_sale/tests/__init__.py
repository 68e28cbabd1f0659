from . import test_impact, test_sale_order
