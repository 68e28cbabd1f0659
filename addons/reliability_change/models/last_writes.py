"""Who was the last to change a record, and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from odoo.api import Environment


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

    From OCA's ``auditlog`` where it is installed and has one, which knows of deleted
    records, too; else from the record.
    """
    by_model: dict[str, list[int]] = {}
    for model, row in records:
        by_model.setdefault(model, []).append(row)
    found = {}
    for model, rows in by_model.items():
        found |= _of_records(env, model, rows) | _of_log(env, model, rows)
    return found


def _of_records(env, model, rows):
    if model not in env:
        return {}
    records = env[model].sudo().browse(rows).exists()
    return {
        (model, one.id): Write(one.write_uid.id, _seconds(one.write_date))
        for one in records
        if one.write_date
    }


def _of_log(env, model, rows):
    if "auditlog.log" not in env:
        return {}
    logs = env["auditlog.log"].sudo()
    found = logs.search(
        [("model_id.model", "=", model), ("res_id", "in", rows)], order="id"
    )
    return {
        (model, one.res_id): Write(one.user_id.id, _seconds(one.create_date))
        for one in found
    }


def _seconds(moment):
    return moment.replace(microsecond=0)
