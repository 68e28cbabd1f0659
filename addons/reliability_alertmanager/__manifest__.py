{
    "name": "Reliability - Alertmanager",
    "summary": "Alerts that Prometheus sends through Alertmanager open incidents",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_inbound", "reliability_incident"],
    "data": ["security/ir.model.access.csv"],
}
