{
    "name": "Reliability - Outbound Webhook",
    "summary": "Other systems are notified of incidents by a signed webhook",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_incident", "reliability_integration"],
    "data": ["data/reliability_outbound.xml"],
    "auto_install": True,
}
