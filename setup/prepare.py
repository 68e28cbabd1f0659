"""Everything that must be there before the work, in order; quick when it is."""

from . import databases, debian, node_packages, odoo_source, postgres, python_env
from .lock import lock

DEMO_SERVERS = ("prometheus", "redis-server")
TEST_SERVERS = (*DEMO_SERVERS, "chromium")
C_COMPILER = ("gcc", "libc6-dev")


def for_checks():
    """The virtual environment, and the checks of JavaScript, XML and links."""
    with lock("set-up"):
        python_env.ensure()
        node_packages.ensure()


def for_odoo(*packages):
    """Odoo, a running PostgreSQL with the template database, and more packages."""
    with lock("set-up"):
        debian.ensure("postgresql", *packages)
        source = odoo_source.ensure()
        python_env.ensure()
        odoo_source.use(source)
        postgres.start()
        databases.ensure_template()
