{
    "name": "Reliability - Cockpit",
    "summary": "Service states, alerts and what to do, for the people on shift",
    "version": "19.0.1.3.0",
    "category": "Productivity/Dashboard",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_health"],
    "data": [
        "views/cockpit_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "reliability_dashboard/static/src/**/*",
            ("remove", "reliability_dashboard/static/src/**/*.dark.scss"),
        ],
        "web.assets_web_dark": ["reliability_dashboard/static/src/**/*.dark.scss"],
        "web.assets_unit_tests": ["reliability_dashboard/static/tests/*.js"],
        "web.assets_tests": ["reliability_dashboard/static/tests/tours/**/*"],
    },
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
