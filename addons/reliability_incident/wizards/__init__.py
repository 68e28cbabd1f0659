from . import (
    reliability_incident_correction,
    reliability_incident_report,
    reliability_incident_review,
    reliability_monthly_report,
)
