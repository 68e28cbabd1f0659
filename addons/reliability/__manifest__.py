{
    "name": "Reliability",
    "summary": "Whether orders and transfers are done, in time, and how they ended",
    "version": "19.0.1.2.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["base", "web", "mail"],
    "external_dependencies": {
        "python": ["detect-secrets", "prometheus_client", "python-stdnum"]
    },
    "data": [
        "security/reliability_groups.xml",
        "security/ir.model.access.csv",
        "security/reliability_rules.xml",
        "data/reliability_service.xml",
        "views/reliability_service_views.xml",
        "views/reliability_operation_views.xml",
        "views/reliability_report_views.xml",
        "views/reliability_top_call_views.xml",
        "views/res_config_settings_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "reliability/static/src/badge/**/*",
            "reliability/static/src/kanban/**/*",
            "reliability/static/src/outcomes/**/*",
            ("remove", "reliability/static/src/**/*.dark.scss"),
        ],
        "web.assets_backend_lazy": ["reliability/static/src/outcome_graph/**/*"],
        "web.assets_web_dark": ["reliability/static/src/**/*.dark.scss"],
        "web.assets_unit_tests": ["reliability/static/tests/*.js"],
        "web.assets_tests": ["reliability/static/tests/tours/**/*"],
    },
    "application": True,
    "uninstall_hook": "uninstall_hook",
}
