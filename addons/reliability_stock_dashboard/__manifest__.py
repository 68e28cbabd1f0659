{
    "name": "Reliability - Cockpit in Inventory",
    "summary": "Adds the cockpit to the reports of Inventory",
    "version": "19.0.1.2.0",
    "category": "Supply Chain/Inventory",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_dashboard", "stock"],
    "data": ["views/stock_picking_type_views.xml", "views/menus.xml"],
    "auto_install": True,
}
