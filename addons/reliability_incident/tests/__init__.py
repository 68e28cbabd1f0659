from . import (
    test_acknowledge_link,
    test_browser,
    test_figures,
    test_grouping,
    test_impact,
    test_lifecycle,
    test_measured,
    test_monthly_report,
    test_notifications,
    test_review,
    test_steps,
    test_timeline,
)
