from . import (
    test_any_order,
    test_delivered,
    test_delivered_in_time,
    test_full_ledger,
    test_objectives_of_exchanges,
    test_restated,
    test_what_used_it_up,
)
