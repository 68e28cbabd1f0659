from . import (
    test_collecting,
    test_collector,
    test_endpoint,
    test_histogram,
    test_kill,
    test_measure,
    test_outcomes,
    test_recorder,
    test_settings,
    test_slots,
    test_web_client,
)
