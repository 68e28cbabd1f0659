{
    "name": "Reliability - Objectives",
    "summary": "Objectives of services, and what is left of their error budgets",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_health"],
    "data": [],
    "auto_install": True,
}
