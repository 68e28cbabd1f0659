{
    "name": "Reliability",
    "summary": "Whether orders and transfers are done, in time, and how they ended",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["base", "web", "mail"],
    "external_dependencies": {"python": ["prometheus_client"]},
    "data": ["security/reliability_groups.xml"],
}
