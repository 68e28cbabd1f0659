"""Deliveries with OCA's connectors, whose carriers are simulated.

:mod:`.desk` is a process that does with them what people do.
"""
