"""Install and build everything that a task needs; quick when nothing is missing."""

from . import databases, debian, kubectl, node_packages, odoo_source
from .lock import lock

DEMO_SERVERS = (
    *("haproxy", "prometheus", "prometheus-alertmanager", "redis-server"),
    "wkhtmltopdf",
)
C_COMPILER = ("gcc", "libc6-dev")
TEST_SERVERS = (
    *DEMO_SERVERS,
    *C_COMPILER,
    *("chromium", "nginx", "pgbouncer", "pgbackrest"),
    *("prometheus-postgres-exporter", "prometheus-redis-exporter"),
)


def for_checks():
    """Install the programs that check JavaScript, XML, links and manifests."""
    with lock("checks"):
        node_packages.ensure()
        kubectl.ensure()


def for_odoo(*packages):
    """Install Odoo, PostgreSQL and more packages, and build the databases to copy."""
    with lock("set-up"):
        debian.ensure("postgresql", *packages)
        odoo_source.use(odoo_source.ensure())
        databases.build()
