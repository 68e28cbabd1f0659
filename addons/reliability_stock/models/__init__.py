from . import (
    reliability_fact,
    reliability_situation,
    stock_move,
    stock_picking,
    stock_picking_type,
)
