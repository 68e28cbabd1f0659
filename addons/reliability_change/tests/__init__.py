from . import (
    test_before_and_after,
    test_deployments,
    test_earlier_upgrades,
    test_findings,
    test_fingerprints,
    test_pipelines,
)
