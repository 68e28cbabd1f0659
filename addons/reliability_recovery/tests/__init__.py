from . import (
    test_backups,
    test_drill_alerts,
    test_drill_lost,
    test_drills,
    test_failovers,
    test_gauges,
    test_heartbeat,
    test_manifest,
    test_objectives,
    test_reports,
)
