"""Deliveries with OCA's connectors, which tests and the demo make in Odoo.

The functions take an ``env``.  :mod:`setup.carriers` simulates the carriers.
"""
