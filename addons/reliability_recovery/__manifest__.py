{
    "name": "Reliability - Recovery",
    "summary": "Backups, and what would be lost if they had to be restored now",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_health", "reliability_inbound"],
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
        "views/reliability_backup_views.xml",
        "views/reliability_backup_set_views.xml",
        "views/reliability_recovery_restoration_views.xml",
        "views/reliability_service_views.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
