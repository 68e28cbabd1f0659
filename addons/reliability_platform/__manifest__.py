{
    "name": "Reliability - Platform",
    "summary": "Problems of PostgreSQL, Redis, the ingress, hosts; locks; busy workers",
    "version": "19.0.1.3.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_health"],
    "external_dependencies": {"python": ["psutil", "redis"]},
    "data": [
        "security/ir.model.access.csv",
        "data/thresholds.xml",
        "views/platform_page.xml",
        "views/reliability_lock_wait_views.xml",
        "views/reliability_platform_threshold_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["reliability_platform/static/src/**/*"],
        "web.assets_unit_tests": ["reliability_platform/static/tests/*.js"],
    },
}
