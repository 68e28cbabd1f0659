from . import delivery_carrier, sale_order
