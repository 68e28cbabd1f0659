"""Deliveries with OCA's connectors, whose carriers are simulated.

:mod:`.driver` controls a process that does what users do with deliveries.
"""
