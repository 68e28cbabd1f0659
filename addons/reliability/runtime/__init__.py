"""What touches Odoo's process model: wrapping, transactions, the collector."""
