{
    "name": "Reliability - Inventory",
    "summary": "Measures reservation, transfers and stock moves by warehouse",
    "version": "19.0.1.2.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "stock"],
    "data": ["data/reliability_service.xml", "data/reliability_operation.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
