{
    "name": "Reliability - Invoicing",
    "summary": "Measures the posting of invoices",
    "version": "19.0.1.2.0",
    "category": "Accounting/Accounting",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability", "account"],
    "data": ["data/reliability_service.xml", "data/reliability_operation.xml"],
    "auto_install": True,
}
