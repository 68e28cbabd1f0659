"""What a source returns, and the items it is made of."""

import secrets
from collections.abc import Callable, Mapping
from typing import NamedTuple

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import SQL

from odoo.addons.reliability.api import masked_name

from ..drift import Item, make_item, make_secret
from ..drift_key import key_of
from ..normal_form import BOOLEAN, TEXT

SALT = "reliability.drift_salt"
"""The system parameter with the salt of secrets, in hexadecimal digits."""
_MAX_LENGTH = 4000
"""Characters of a value; domains are long."""
XML_IDS = """
    SELECT DISTINCT ON (res_id) res_id, module || '.' || name FROM ir_model_data
     WHERE model = %s AND module NOT IN ('__export__', '__import__')
     ORDER BY res_id, id
"""
"""The first XML id of each record; an export or an import may add others."""


class Found(NamedTuple):
    """The settings of a source.

    :ivar items: key → setting
    :ivar records: subject of keys → the model and the id of the record that has it
    :ivar supposed: key → what the first baseline has instead of what was read
    """

    items: Mapping[str, Item]
    records: Mapping[str, tuple[str, int]] = {}
    supposed: Mapping[str, Item] = {}


def plain(value: object, kind: str = TEXT, unit: str = "") -> Item:
    """Return a setting that is no secret; its value is shortened.

    :param kind, unit: as of `normal_form`
    """
    item = make_item(value, kind, unit)
    return item._replace(value=_shortened(item.value))


def personal(env: Environment, key: str, value: object, kind: str = TEXT) -> Item:
    """Return a setting whose value may have personal data or a secret in it.

    If it has, its value is masked, and it is compared as a secret is.

    :param key: as of `make_secret`
    """
    item = make_item(value, kind)
    shown = masked_name(item.value, _MAX_LENGTH)
    if shown == _shortened(item.value):
        return item._replace(value=shown)
    return secret(env, key, item.value)._replace(value=shown)


def typed(record: BaseModel, field: str) -> Item:
    """Return a setting that people have typed, which may have personal data in it."""
    return personal(record.env, key_of(record._name, field), record[field])


def switch(value: object) -> Item:
    """Return a setting that is on or off."""
    return plain(bool(value), BOOLEAN)


def named(record: BaseModel) -> Item:
    """Return a setting that is a record: its name, compared by its id."""
    item = make_item(record.id or "")
    return item._replace(value=masked_name(record.display_name or "", _MAX_LENGTH))


def secret(env: Environment, key: str, value: object) -> Item:
    """Return a secret: only a salted hash is stored."""
    return make_secret(key, value or "", salt_of(env))


def salt_of(env: Environment) -> bytes:
    """Return the salt of this database; the first call makes it."""
    parameters = env["ir.config_parameter"].sudo()
    if not parameters.get_param(SALT):
        parameters.set_param(SALT, secrets.token_hex(32))
    return bytes.fromhex(parameters.get_param(SALT))


def xml_ids(env: Environment, model: str) -> dict[int, str]:
    """Return id → XML id of the records of a model that have one."""
    return dict(env.execute_query(SQL(XML_IDS, model)))


def read_records(
    env: Environment,
    model: str,
    read: Callable[[BaseModel], Mapping[str, Item]],
    prefix: str = "",
) -> Found:
    """Return settings of all records of a model, archived ones included.

    :param read: returns attribute → setting of a record; ``name`` is its name
    :param prefix: of keys, where a source has records of several models
    """
    names = xml_ids(env, model)
    items, records = {}, {}
    for record in env[model].with_context(active_test=False).search([]):
        subject = prefix + names.get(record.id, str(record.id))
        records[subject] = (model, record.id)
        for attribute, item in read(record).items():
            items[key_of(subject, attribute)] = item
    return Found(items, records)


def _shortened(text):
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 1] + "…"
