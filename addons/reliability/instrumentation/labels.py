"""Labels of calls: company, warehouse, and another dimension.

Nothing here touches the measured transaction.  Ids are taken from its cache as they
are: reading them would start its snapshot earlier, flush pending writes, and give the
method values that it would have read later.  What an id leads to, such as the code of
an operation type's warehouse, is read as committed, on a connection of its own.
"""

from typing import Any, NamedTuple

from odoo import api
from odoo.tools import SQL

from .eligibility import NotEligible

MIXED = "mixed"
"""The value of a label for records of several companies, warehouses or dimensions."""

LABELS = ("company", "warehouse", "dimension")
"""The labels that come from records, in the order of a series."""

NOT_CACHED = object()
"""Stands for a value that the cache does not contain."""

_MASTER_DATA = {
    "res.company": ("company", "id"),
}
"""Model → the label, and the column with its value."""

_MAX_LENGTH = 100


def register_label_model(model: str, label: str, column: str) -> None:
    """Let a field that leads to a record of a model be a label of calls.

    :param label: one of :data:`LABELS`
    :param column: the column of the model that holds its value
    """
    _MASTER_DATA[model] = (label, column)


class Source(NamedTuple):
    """The path of fields that the value of a label comes from.

    :ivar label: one of :data:`LABELS`
    :ivar field: the first, a stored field of the record
    :ivar steps: ``(table, column)`` of the others; without any, the value of the field
        is the label
    """

    label: str
    field: Any
    steps: tuple[tuple[str, SQL], ...]

    def cached(self, records: Any) -> Any:
        """Return the cached value of the field.

        :return: a set for several records; :data:`NOT_CACHED` if a value is missing
        """
        cache = self.field._get_cache(records.env)
        ids = records._ids
        if len(ids) == 1:
            return cache.get(ids[0], NOT_CACHED)
        values = frozenset(cache.get(record_id, NOT_CACHED) for record_id in ids)
        return NOT_CACHED if NOT_CACHED in values else values

    def text(self, cr: Any, value: Any) -> str:
        """Return the label for a value from :meth:`cached`.

        :param cr: a cursor outside of the measured transaction
        :return: empty if the path ends earlier, or at a record that is not committed
        """
        values = value if isinstance(value, frozenset) else (value,)
        texts = {self._text(cr, single) for single in values if single}
        return next(iter(texts), "") if len(texts) < 2 else MIXED

    def _text(self, cr: Any, value: Any) -> str:
        if self.steps:
            found = SQL("%s", value if isinstance(value, int) else 0)
            for table, column in self.steps:
                source = SQL.identifier(table)
                found = SQL("(SELECT %s FROM %s WHERE id = %s)", column, source, found)
            cr.execute(SQL("SELECT %s", found), log_exceptions=False)
            (value,) = cr.fetchone()
        return str(value or "")[:_MAX_LENGTH]


def sources(env: api.Environment, model: str, dimension: str | None) -> list[Source]:
    """Return the sources of the labels of calls on ``model``.

    :param dimension: a field, or a path of fields, to a selection or to a record of a
        model of :func:`register_label_model`; without one, ``company_id`` and
        ``warehouse_id`` are used if the model has them
    :raise NotEligible: the path leads to none of them
    """
    defaults = ["company_id"] if dimension else ["company_id", "warehouse_id"]
    paths = [name for name in defaults if _is_label(env, model, name)]
    found = [_source(env, model, path) for path in [*paths, dimension] if path]
    by_label = {source.label: source for source in found}
    return [by_label[label] for label in LABELS if label in by_label]


def _source(env: api.Environment, model: str, path: str) -> Source:
    """Return the source that a path of stored fields is."""
    names = path.split(".")
    current, steps = model, []
    for position, name in enumerate(names, start=1):
        is_usable = _is_label if position == len(names) else _is_step
        if not is_usable(env, current, name):
            raise _wrong_dimension(env, model, path)
        if position > 1:
            steps.append((env.registry[current]._table, SQL.identifier(name)))
        current = env.registry[current]._fields[name].comodel_name
    label, column = _MASTER_DATA.get(current, ("dimension", ""))
    if current and column != "id":
        steps.append((env.registry[current]._table, _column(env, current, column)))
    first = env.registry[model]._fields[names[0]]
    return Source(label, first, tuple(steps))


def _is_step(env: api.Environment, model: str, name: str) -> bool:
    """Return whether a field leads to a single other record."""
    return _type_of_stored(env, model, name) == "many2one"


def _is_label(env: api.Environment, model: str, name: str) -> bool:
    """Return whether a field can be the last of a path."""
    kind = _type_of_stored(env, model, name)
    comodel = kind and env.registry[model]._fields[name].comodel_name
    return kind == "selection" or (kind == "many2one" and comodel in _MASTER_DATA)


def _type_of_stored(env: api.Environment, model: str, name: str) -> str | None:
    """Return the type of a stored field whose value is the same for all users."""
    field = env.registry[model]._fields.get(name)
    if field is None or not field.store or field.company_dependent:
        return None
    return field.type


def _column(env: api.Environment, model: str, name: str) -> SQL:
    """Return a column; if it is translated, its source text, which all users share."""
    column = SQL.identifier(name)
    if env.registry[model]._fields[name].translate:
        return SQL("%s->>'en_US'", column)
    return column


def _wrong_dimension(env: api.Environment, model: str, path: str) -> NotEligible:
    return NotEligible(
        env._(
            "Calls cannot be split by %(path)s of %(model)s. Choose a path of stored"
            " fields to a selection or to one of these: %(records)s. Usable here:"
            " %(usable)s.",
            path=path,
            model=model,
            records=", ".join(_label_model_names(env)),
            usable=", ".join(_usable(env, model)) or env._("none"),
        )
    )


def _label_model_names(env: api.Environment) -> list[str]:
    """Return the names of the registered models that this database has, for people."""
    names = env["ir.model"]._get
    return [names(model).name for model in _MASTER_DATA if model in env.registry]


def _usable(env: api.Environment, model: str) -> list[str]:
    """Return the fields and short paths of a model that can be a dimension."""
    fields = sorted(env.registry[model]._fields)
    direct = [name for name in fields if _is_label(env, model, name)]
    steps = [name for name in fields if _is_step(env, model, name)]
    return direct + [
        f"{step}.warehouse_id"
        for step in steps
        if _is_label(
            env, env.registry[model]._fields[step].comodel_name, "warehouse_id"
        )
    ]
