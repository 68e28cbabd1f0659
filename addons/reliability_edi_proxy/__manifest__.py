{
    "name": "Reliability - Peppol and other Access Points",
    "summary": "Records the requests to Odoo's access points for invoices",
    "version": "19.0.1.2.0",
    "category": "Accounting/Accounting",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_integration", "account_edi_proxy_client"],
    "auto_install": True,
}
