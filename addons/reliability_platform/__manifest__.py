{
    "name": "Reliability - Platform",
    "summary": "Shows lock waits and their causes, busy workers, and problems of Redis",
    "version": "19.0.1.2.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability"],
    "external_dependencies": {"python": ["redis"]},
    "data": [
        "security/ir.model.access.csv",
        "views/reliability_lock_wait_views.xml",
    ],
}
