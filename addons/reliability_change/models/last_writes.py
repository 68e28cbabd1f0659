"""Who was the last to change a record, and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from odoo import SUPERUSER_ID
from odoo.api import Environment

_METHODS = ("create", "write", "unlink")
"""A log has reads, too."""
_WRITE_THEMSELVES = {"fetchmail.server"}
"""Models to whose records Odoo writes as the superuser, such as at each fetch."""


class Write(NamedTuple):
    """The last change of a record.

    :ivar user: an id; false if it is not known
    """

    user: int | bool
    moment: datetime


def last_writes(
    env: Environment, records: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Write]:
    """Return model and id → the last change.

    From the record, or from OCA's ``auditlog`` where it is installed and has a newer
    one, or one of a record that was deleted.
    """
    by_model: dict[str, list[int]] = {}
    for model, row in records:
        by_model.setdefault(model, []).append(row)
    found: dict[tuple[str, int], Write] = {}
    for model, rows in by_model.items():
        for writes in (_of_log(env, model, rows), _of_records(env, model, rows)):
            for record, one in writes.items():
                known = found.get(record)
                if known is None or known.moment < one.moment:
                    found[record] = one
    return found


def _of_records(env, model, rows):
    if model not in env:
        return {}
    records = env[model].sudo().browse(rows).exists()
    return {
        (model, one.id): Write(one.write_uid.id, _seconds(one.write_date))
        for one in records
        if one.write_date and not _is_by_itself(one)
    }


def _is_by_itself(record):
    is_superuser = record.write_uid.id == SUPERUSER_ID
    return is_superuser and record._name in _WRITE_THEMSELVES


def _of_log(env, model, rows):
    if "auditlog.log" not in env:
        return {}
    logs = env["auditlog.log"].sudo()
    newest = logs._read_group(
        [
            ("model_id.model", "=", model),
            ("res_id", "in", rows),
            ("method", "in", _METHODS),
        ],
        ["res_id"],
        ["id:max"],
    )
    return {
        (model, one.res_id): Write(one.user_id.id, _seconds(one.create_date))
        for one in logs.browse(row for _record, row in newest)
    }


def _seconds(moment):
    return moment.replace(microsecond=0)
