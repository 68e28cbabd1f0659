"""Deliveries with OCA's connectors: what tests and programs of theirs make and do.

:mod:`.carriers` and :mod:`.deliveries` work on an ``env``, in whatever process has one.
:mod:`.desk` is a process that has one, for tests that run beside Odoo.
"""
