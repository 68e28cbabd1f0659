from . import (
    test_before_and_after,
    test_causes_of_incidents,
    test_deployment_figures,
    test_deployments,
    test_deployments_of_a_month,
    test_earlier_upgrades,
    test_findings,
    test_fingerprints,
    test_freezes,
    test_patches,
    test_pipelines,
)
