{
    "name": "Reliability - Queue Jobs",
    "summary": "What background jobs wait for, and how each of their attempts ended",
    "version": "19.0.1.2.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "queue_job"],
    "data": [
        "security/ir.model.access.csv",
        "security/reliability_rules.xml",
        "views/reliability_job_attempt_views.xml",
        "views/queue_job_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
