from . import (
    test_alerts,
    test_bad_input,
    test_browser,
    test_counting,
    test_exclusions,
    test_files,
    test_metrics,
    test_rights,
    test_screens,
    test_shipped,
    test_splits,
    test_time_slices,
)
