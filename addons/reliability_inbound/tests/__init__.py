from . import (
    test_idempotency,
    test_key_dialog,
    test_keys,
    test_messages,
    test_neutralize,
    test_no_database,
    test_retention,
)
