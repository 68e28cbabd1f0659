{
    "name": "Reliability - Integrations of Inventory",
    "summary": "Exchanges with partner systems on the transfers that they belong to",
    "version": "19.0.1.2.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_integration", "stock"],
    "data": ["views/stock_picking_views.xml"],
    "auto_install": True,
}
