{
    "name": "Reliability - Electronic Invoices",
    "summary": "Records what Odoo's own EDI of invoices sends",
    "version": "19.0.1.2.0",
    "category": "Accounting/Accounting",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_integration", "account_edi"],
    "auto_install": True,
}
