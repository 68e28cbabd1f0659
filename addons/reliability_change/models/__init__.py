from . import (
    reliability_deployment,
    reliability_deployment_change,
    reliability_deployment_compared,
    reliability_deployment_finding,
    reliability_deployment_followed,
    reliability_deployment_target,
    reliability_evaluator,
    reliability_fingerprint,
    reliability_health_provider,
    reliability_health_provider_findings,
)
