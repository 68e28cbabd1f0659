{
    "name": "Reliability - Health",
    "summary": "The status of each service, why it is not fine, and notifications",
    "version": "19.0.1.2.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability"],
    "data": [
        "security/ir.model.access.csv",
        "security/reliability_rules.xml",
        "data/reliability_evaluator.xml",
        "views/reliability_alert_views.xml",
        "views/reliability_operation_views.xml",
        "views/reliability_service_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["reliability_health/static/src/**/*"],
        "web.assets_unit_tests": ["reliability_health/static/tests/*.js"],
    },
    "uninstall_hook": "uninstall_hook",
}
