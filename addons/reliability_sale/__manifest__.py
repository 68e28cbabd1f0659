{
    "name": "Reliability - Sales",
    "summary": "Measures the confirmation of orders by users and by customers",
    "version": "19.0.1.2.0",
    "category": "Sales/Sales",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "sale"],
    "data": ["data/reliability_service.xml", "data/reliability_operation.xml"],
    "auto_install": True,
}
