from . import reliability_incident_cause
