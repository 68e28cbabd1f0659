"""What a call is counted under: the company, the warehouse, another dimension.

Nothing of this touches the transaction that is measured.  The ids are taken from its
cache, as they are: reading them would take its snapshot earlier, flush what waits to be
written, and show the method values that it would have read later.  Where an id leads,
such as from an operation type to the code of its warehouse, is read on a connection of
our own, as it is committed.
"""

from typing import Any, NamedTuple

from odoo import api
from odoo.tools import SQL

from .eligibility import NotEligible

MIXED = "mixed"
"""The label of a call on records of several companies or warehouses."""

LABELS = ("company", "warehouse", "dimension")
"""The labels that tell where or for whom, in the order of a series."""

NOT_CACHED = object()
"""Stands for a value that the cache does not tell."""

_MASTER_DATA = {
    "res.company": ("company", "id"),
}
"""Models that label values come from: which label, and which column holds the value."""

_LONGEST_LABEL = 100


def register_label_model(model: str, label: str, column: str) -> None:
    """Let a field that leads to a record of a model be a label of calls.

    :param label: one of :data:`LABELS`
    :param column: the column of the model that holds its value
    """
    _MASTER_DATA[model] = (label, column)


class Source(NamedTuple):
    """Where the value of a label comes from.

    :ivar label: one of :data:`LABELS`
    :ivar field: the stored field of the record that leads there
    :ivar steps: ``(table, column)`` that lead on from the id in that field to the
        label; without any, the field's value is the label
    """

    label: str
    field: Any
    steps: tuple[tuple[str, SQL], ...]

    def cached(self, records: Any) -> Any:
        """Return the field's value, several of them as a set, or :data:`NOT_CACHED`."""
        cache = self.field._get_cache(records.env)
        ids = records._ids
        if len(ids) == 1:
            return cache.get(ids[0], NOT_CACHED)
        values = frozenset(cache.get(record_id, NOT_CACHED) for record_id in ids)
        return NOT_CACHED if NOT_CACHED in values else values

    def text(self, cr: Any, value: Any) -> str:
        """Return the label for what :meth:`cached` returned.

        :param cr: a cursor of our own
        :return: empty where it leads nowhere, or nowhere that is committed
        """
        values = value if isinstance(value, frozenset) else (value,)
        texts = {self._text(cr, one) for one in values if one}
        return next(iter(texts), "") if len(texts) < 2 else MIXED

    def _text(self, cr: Any, value: Any) -> str:
        if self.steps:
            found = SQL("%s", value if isinstance(value, int) else 0)
            for table, column in self.steps:
                source = SQL.identifier(table)
                found = SQL("(SELECT %s FROM %s WHERE id = %s)", column, source, found)
            cr.execute(SQL("SELECT %s", found), log_exceptions=False)
            (value,) = cr.fetchone()
        return str(value or "")[:_LONGEST_LABEL]


def sources(env: api.Environment, model: str, dimension: str | None) -> list[Source]:
    """Return where the labels of calls on ``model`` come from.

    :param dimension: a field, or a path of fields, to a company, a warehouse, a carrier
        or a selection; without one, ``company_id`` and ``warehouse_id`` are used where
        the model has them
    :raise NotEligible: it leads to none of them
    """
    usual = ["company_id"] if dimension else ["company_id", "warehouse_id"]
    paths = [name for name in usual if _is_label(env, model, name)]
    found = [_source(env, model, path) for path in [*paths, dimension] if path]
    by_label = {source.label: source for source in found}
    return [by_label[label] for label in LABELS if label in by_label]


def _source(env: api.Environment, model: str, path: str) -> Source:
    """Follow a path of stored fields to the value of a label."""
    names = path.split(".")
    at, steps = model, []
    for position, name in enumerate(names, start=1):
        is_usable = _is_label if position == len(names) else _is_step
        if not is_usable(env, at, name):
            raise _wrong_dimension(env, model, path)
        if position > 1:
            steps.append((env.registry[at]._table, SQL.identifier(name)))
        at = env.registry[at]._fields[name].comodel_name
    label, column = _MASTER_DATA.get(at, ("dimension", ""))
    if at and column != "id":
        steps.append((env.registry[at]._table, _column(env, at, column)))
    first = env.registry[model]._fields[names[0]]
    return Source(label, first, tuple(steps))


def _is_step(env: api.Environment, model: str, name: str) -> bool:
    """Say whether a field leads to one other record."""
    return _type_of_stored(env, model, name) == "many2one"


def _is_label(env: api.Environment, model: str, name: str) -> bool:
    """Say whether the value of a field is, or has, a label."""
    kind = _type_of_stored(env, model, name)
    comodel = kind and env.registry[model]._fields[name].comodel_name
    return kind == "selection" or (kind == "many2one" and comodel in _MASTER_DATA)


def _type_of_stored(env: api.Environment, model: str, name: str) -> str | None:
    """Return the type of a field that is the same column for everybody."""
    field = env.registry[model]._fields.get(name)
    if field is None or not field.store or field.company_dependent:
        return None
    return field.type


def _column(env: api.Environment, model: str, name: str) -> SQL:
    """Return a column; of one that is translated, the text that every user shares."""
    column = SQL.identifier(name)
    if env.registry[model]._fields[name].translate:
        return SQL("%s->>'en_US'", column)
    return column


def _wrong_dimension(env: api.Environment, model: str, path: str) -> NotEligible:
    return NotEligible(
        env._(
            "Calls cannot be counted by %(path)s of %(model)s. It must lead, over"
            " stored fields, to a company, a warehouse, a carrier or a selection."
            " These do: %(usable)s.",
            path=path,
            model=model,
            usable=", ".join(_usable(env, model)) or env._("none"),
        )
    )


def _usable(env: api.Environment, model: str) -> list[str]:
    """Return fields of a model that can be a dimension, also those one step further."""
    fields = sorted(env.registry[model]._fields)
    near = [name for name in fields if _is_label(env, model, name)]
    steps = [name for name in fields if _is_step(env, model, name)]
    return near + [
        f"{step}.warehouse_id"
        for step in steps
        if _is_label(
            env, env.registry[model]._fields[step].comodel_name, "warehouse_id"
        )
    ]
