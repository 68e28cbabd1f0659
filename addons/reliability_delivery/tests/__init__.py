from . import (
    test_browser,
    test_cutoff,
    test_departures,
    test_forecast,
    test_impact,
    test_missing_labels,
    test_orphans,
    test_provider_instrumentation,
    test_question,
)
