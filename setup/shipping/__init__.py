"""Deliveries with OCA's connectors: what tests and the demo make in Odoo, given an
``env``; :mod:`setup.carriers` stands for the carriers themselves.
"""
