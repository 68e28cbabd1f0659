"""The ledger of exchanges, written on connections beside Odoo's transactions."""
