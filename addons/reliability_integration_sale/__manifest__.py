{
    "name": "Reliability - Integrations of Sales",
    "summary": "Exchanges with partner systems on the orders that they belong to",
    "version": "19.0.1.2.0",
    "category": "Sales/Sales",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_integration", "sale"],
    "data": ["views/sale_order_views.xml"],
    "auto_install": True,
}
