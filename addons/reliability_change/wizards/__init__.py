from . import (
    reliability_drift_baseline,
    reliability_drift_manifest,
    reliability_incident_cause,
)
