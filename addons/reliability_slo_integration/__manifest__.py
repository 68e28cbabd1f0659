{
    "name": "Reliability - Objectives of Integrations",
    "summary": "Objectives for exchanges: delivered, and delivered in time",
    "version": "19.0.1.2.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_slo", "reliability_integration"],
    "data": [
        "security/ir.model.access.csv",
        "views/reliability_slo_views.xml",
        "data/objectives.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
