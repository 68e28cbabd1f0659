from . import (
    test_browser,
    test_counting,
    test_durability,
    test_exchange,
    test_http,
    test_ledger,
    test_people,
    test_progress,
    test_rights,
    test_situation,
    test_surrounding,
)
