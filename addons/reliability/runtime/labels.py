"""The company and the warehouse of a call, without touching the transaction.

What the cache holds is used as it is.  What it does not hold is read only where nothing
is waiting to be written or computed: reading would flush that first, and a conflict of
the flush would then be ours instead of the method's.
"""

from collections.abc import Callable
from typing import Any

import psycopg2

MIXED = "mixed"
"""The label of a call on records of several companies or warehouses."""

UNKNOWN = ("", "")
"""The labels of a call that began, or failed, before they could be told."""


def read_labels(records: Any, code_of: Callable[[int], str]) -> tuple[str, str] | None:
    """Return ``(company, warehouse)`` before the call, reading what is not cached.

    :param code_of: the id of a warehouse → its code
    :return: ``None`` where nothing may be read now
    :raise psycopg2.Error: PostgreSQL aborted the transaction: the method must not go on
    """
    labels = cached_labels(records, code_of)
    transaction = records.env.transaction
    if labels is None and not transaction.field_dirty and not transaction.tocompute:
        for name in ("company_id", "warehouse_id"):
            _fetch(records, name)
        labels = cached_labels(records, code_of)
    return labels


def cached_labels(
    records: Any, code_of: Callable[[int], str]
) -> tuple[str, str] | None:
    """Return ``(company, warehouse)`` as cached, or ``None`` where they are not."""
    companies = _cached_ids(records, "company_id")
    warehouses = _cached_ids(records, "warehouse_id")
    if companies is None or warehouses is None:
        return None
    return _only(companies, str), _only(warehouses, code_of)


def _fetch(records: Any, name: str) -> None:
    """Let the ORM read a field as the user who calls, who reads it next anyway."""
    try:
        if name in records._fields:
            records.mapped(name)
    except psycopg2.Error:
        raise
    except Exception:
        return  # missing or forbidden: the call itself will say so, in its own words


def _cached_ids(records: Any, name: str) -> set[int] | None:
    field = records._fields.get(name)
    if field is None:
        return set()
    cache = field._get_cache(records.env)
    if any(record_id not in cache for record_id in records._ids):
        return None
    return {cache[record_id] for record_id in records._ids} - {None}


def _only(ids: set[int], label_of: Callable[[int], str]) -> str:
    if len(ids) != 1:
        return MIXED if ids else ""
    return label_of(next(iter(ids)))
