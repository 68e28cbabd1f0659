"""Comparison of a database's tables and columns with those that the code expects."""

import logging
from collections.abc import Iterator
from typing import Any

from odoo.modules.module import Manifest
from odoo.orm.registry import Registry
from odoo.tools import parse_version

from .guard import guarded

_logger = logging.getLogger(__name__)

_PREFIX = "reliability_"
_COLUMNS = """
    SELECT relname, attname
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relkind = 'r' AND pg_catalog.starts_with(relname, %s) AND attnum > 0
       AND NOT attisdropped AND pg_table_is_visible(pg_class.oid)
"""
_INSTALLED = "SELECT latest_version FROM ir_module_module WHERE name = 'reliability'"

OLDER, NEWER, OTHER = "older", "newer", "other"
"""How the tables of a database can differ from those that the code expects."""

_WHAT_TO_DO = {
    OLDER: "its tables are older than the code of the addons; upgrade the app"
    " Reliability, in Apps or with: odoo -u reliability",
    NEWER: "its tables are newer than the code of the addons; update the addons on this"
    " server and restart Odoo",
    OTHER: "its tables are of another version than the code of the addons; update the"
    " addons on this server and restart Odoo, then upgrade the app Reliability",
}


def difference(cr: Any, registry: Registry) -> str:
    """Return how the tables of a database differ from those that the code expects.

    :return: :data:`OLDER`, :data:`NEWER` or :data:`OTHER`; empty if they are equal
    """
    cr.execute(_COLUMNS, [_PREFIX])
    found, expected = set(cr.fetchall()), set(_expected(registry))
    if found == expected:
        return ""
    if found < expected:
        return OLDER
    return NEWER if found > expected else _difference_of_versions(cr)


def _difference_of_versions(cr: Any) -> str:
    """Like :func:`difference`, by version: one of them may have dropped columns."""
    cr.execute(_INSTALLED)
    installed = parse_version(cr.fetchone()[0])
    version = parse_version(Manifest.for_addon("reliability").version)
    if installed == version:
        return OTHER
    return OLDER if installed < version else NEWER


@guarded
def report(cr: Any, registry: Registry) -> None:
    """Log what to do if the tables of a database are of another version."""
    if found := difference(cr, registry):
        _logger.warning("%s: %s", registry.db_name, _WHAT_TO_DO[found])


def _expected(registry: Registry) -> Iterator[tuple[str, str]]:
    """Yield table and column of each stored field of ours, also in other models."""
    for model in registry.values():
        if model._abstract or not model._auto:
            continue
        for field in model._fields.values():
            if field.type == "many2many":
                if field.store and field.relation.startswith(_PREFIX):
                    yield field.relation, field.column1
                    yield field.relation, field.column2
            elif model._table.startswith(_PREFIX) and field.store and field.column_type:
                yield model._table, field.name
