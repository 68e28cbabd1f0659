from . import (
    test_browser,
    test_calendar,
    test_documents,
    test_error_hints,
    test_impact,
    test_people,
    test_step_tracing,
)
