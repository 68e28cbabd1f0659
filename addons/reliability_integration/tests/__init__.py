from . import (
    test_browser,
    test_counting,
    test_durability,
    test_exchange,
    test_health_provider,
    test_http,
    test_ledger,
    test_masking,
    test_middleware,
    test_people,
    test_progress,
    test_rights,
)
