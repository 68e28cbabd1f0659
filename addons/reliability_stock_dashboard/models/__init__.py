from . import stock_picking_type
