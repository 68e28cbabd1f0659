"""Where settings are read from, to compare them with their baseline: a file each.

A source is a function of an environment with all rights.  It returns `Found`, or
``None`` where there is nothing to read, and raises if it cannot read.
"""

from . import (
    access_rights,
    automation_rules,
    carriers,
    mail_servers,
    modules,
    odoo_conf,
    payment_providers,
    postgresql,
    redis,
    scheduled_actions,
    system_parameters,
)

SOURCES = {
    "odoo_conf": odoo_conf.read,
    "system_parameters": system_parameters.read,
    "modules": modules.read,
    "scheduled_actions": scheduled_actions.read,
    "access_rights": access_rights.read,
    "mail_servers": mail_servers.read,
    "carriers": carriers.read,
    "payment_providers": payment_providers.read,
    "automation_rules": automation_rules.read,
    "postgresql": postgresql.read,
    "redis": redis.read,
}
"""Code → function.  Names for people are in `SOURCE_NAMES`."""
SOURCE_NAMES = [
    ("odoo_conf", "odoo.conf"),
    ("system_parameters", "System Parameters"),
    ("modules", "Modules"),
    ("scheduled_actions", "Scheduled Actions"),
    ("access_rights", "Access Rights and Record Rules"),
    ("mail_servers", "Mail Servers"),
    ("carriers", "Carriers"),
    ("payment_providers", "Payment Providers"),
    ("automation_rules", "Automation Rules"),
    ("postgresql", "PostgreSQL"),
    ("redis", "Redis"),
]
LOADED = "odoo_conf"
"""What a process has loaded when it started: each host stores it then."""
PER_HOST = {LOADED, "redis"}
"""Sources that each host has of its own."""
