from . import restore_drill, restore_order
