{
    "name": "Reliability - Alertmanager",
    "summary": "Alerts of Prometheus open incidents, and incidents are alerts there",
    "version": "19.0.1.1.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_inbound", "reliability_outbound"],
    "data": [
        "security/ir.model.access.csv",
        "data/reliability_alertmanager.xml",
    ],
}
