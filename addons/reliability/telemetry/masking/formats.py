"""Formats that tell where a secret or a person is: PEM, SQL, forms, EDIFACT."""

import re

from .keys import kind_of
from .values import MASK

_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|\Z)"
    r"|PuTTY-User-Key-File-.*",
    re.DOTALL,
)
_FAILING_ROW = re.compile(r"(Failing row contains \()[^\n]*")
_DUPLICATE = re.compile(r"Key \((?P<columns>[^()\n]{1,200})\)=\((?P<value>[^\n]*+)")
_SQL_VALUES = re.compile(r"\bVALUES\s{0,20}\([^\n]*", re.IGNORECASE)
_SQL_STRING = re.compile(r"'(?:[^']|'')*'")
_EDIFACT = re.compile(r"\b(NAD\+\w{2,3}\+[^+'\n]*+|CTA\+\w{0,3}|COM)\+[^'\n]+")
"""Names and addresses, contacts, and their phone numbers."""
_FORM_DATA = re.compile(
    r"""(?P<head>name="(?P<name>[^"\r\n]{1,100}+)"[^\r\n]*+\r?\n"""
    r"""(?:[\w-]{1,60}+:[^\r\n]*+\r?\n){0,5}+\r?\n)"""
    r"""(?P<value>.*?)(?=\r?\n--|\Z)""",
    re.DOTALL,
)
"""A field of a form with files."""


def mask_formats(text: str) -> str:
    """Mask keys in PEM, rows in errors of PostgreSQL, fields of forms with files, and
    parties of EDIFACT."""
    if "-----BEGIN " in text or "PuTTY-" in text:
        text = _PEM.sub(MASK, text)
    if "Failing row" in text:
        text = _FAILING_ROW.sub(rf"\1{MASK}).", text)
    if "Key (" in text:
        text = _DUPLICATE.sub(_without_key, text)
    if 'name="' in text:
        text = _FORM_DATA.sub(_without_field, text)
    if "VALUES" in text or "values" in text:
        text = _SQL_VALUES.sub(_without_strings, text)
    if "+" in text:
        text = _EDIFACT.sub(rf"\1+{MASK}", text)
    return text


def _without_field(found: re.Match) -> str:
    is_shown = kind_of(found["name"]).is_shown
    return found[0] if is_shown else f"{found['head']}{MASK}"


def _without_key(found: re.Match) -> str:
    columns = found["columns"].split(",")
    if all(kind_of(column.strip()).is_shown for column in columns):
        return found[0]
    _value, bracket, after = found["value"].rpartition(")")
    return f"Key ({found['columns']})=({MASK}{bracket}{after}"


def _without_strings(found: re.Match) -> str:
    return _SQL_STRING.sub(f"'{MASK}'", found[0])
