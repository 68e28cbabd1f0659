"""Hooking into Odoo, once in each process."""

from . import collecting, transaction


def install() -> None:
    """Watch transactions and run the collector; calling it again does nothing."""
    transaction.install()
    collecting.install()
