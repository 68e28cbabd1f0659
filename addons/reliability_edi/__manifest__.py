{
    "name": "Reliability - EDI",
    "summary": "What was exchanged with partners, what failed, and what did not come",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_integration", "edi_core_oca"],
    "data": [
        "data/reliability_operation.xml",
    ],
    "auto_install": True,
    "post_init_hook": "know_partners",
    "uninstall_hook": "forget_documents",
}
