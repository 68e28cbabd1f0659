"""Everything that must be there before the work, in order; quick when it is."""

from . import databases, debian, node_packages, odoo_source
from .lock import lock

DEMO_SERVERS = ("prometheus", "redis-server")
TEST_SERVERS = (*DEMO_SERVERS, "chromium")
C_COMPILER = ("gcc", "libc6-dev")


def for_checks():
    """The programs that check JavaScript, XML and links."""
    with lock("checks"):
        node_packages.ensure()


def for_odoo(*packages):
    """Odoo, PostgreSQL, more packages, and the databases that others are copies of."""
    with lock("set-up"):
        debian.ensure("postgresql", *packages)
        odoo_source.use(odoo_source.ensure())
        databases.build()
