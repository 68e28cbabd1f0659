{
    "name": "Reliability - Inventory",
    "summary": "Keeps the warehouse codes in metrics up to date",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "stock"],
    "auto_install": True,
}
