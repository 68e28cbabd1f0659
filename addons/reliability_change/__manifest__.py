{
    "name": "Reliability - Changes",
    "summary": "What was deployed, by whom, and what has been worse since",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_incident", "reliability_inbound"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/reliability_deployment_views.xml",
        "views/reliability_deployment_finding_views.xml",
        "views/menus.xml",
    ],
    "auto_install": ["reliability_incident"],
    "post_init_hook": "post_init_hook",
}
