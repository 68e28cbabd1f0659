from . import reliability_fact, stock_move, stock_picking
