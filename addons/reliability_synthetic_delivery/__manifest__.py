{
    "name": "Reliability - Synthetic Checks of Delivery Methods",
    "summary": "Whether a delivery method has a rate for an order now, and a label",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_synthetic", "stock_delivery"],
    "data": [
        "security/ir.model.access.csv",
        "views/reliability_synthetic_company_views.xml",
        "views/reliability_synthetic_journey_views.xml",
    ],
    "auto_install": True,
}
