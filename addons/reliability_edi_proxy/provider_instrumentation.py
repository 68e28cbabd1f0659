"""What access points are asked, and what they answer, whatever the country.

All of Odoo's clients ask by the same method, each in its own words: Peppol's and
Nemhandel's alike, Italy's in those of its authority.
"""

import hashlib
import re
from typing import NamedTuple

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded, is_metric_code
from odoo.addons.reliability_integration import IDEMPOTENT, SAFE, UNSAFE

from . import sending

_VERSION = re.compile(r"v?\d+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_QUESTIONS = ("get_", "check_", "is_", "participant_status")
_NOT_DONE_TWICE = (
    "ack",
    "activate_",
    "cancel_",
    "deactivate_",
    "mark_",
    "reactivate_",
    "register_",
    "renew_",
    "set_",
    "update_",
)
_MOST_NAMES = 3
"""Files that are named; beyond, how many more there are."""


class Asked(NamedTuple):
    """What an access point is asked.

    :ivar about: the invoices, else the user of the access point
    :ivar whom: code of the access point
    :ivar operation: the end of the address, such as ``send_document``
    :ivar repeatable: what asking again does there: see ``reliability_integration``
    :ivar key: tells apart what is asked: two documents are not two tries of one
    """

    about: BaseModel
    whom: str = "access_point"
    operation: str = "ask"
    repeatable: str = UNSAFE
    key: str = ""


@guarded
def asked(user: BaseModel, url: str, params) -> Asked | None:
    """Return what a user asks of an address."""
    files = _files(params)
    invoices = sending.sent()
    is_about_them = files and invoices is not None and len(invoices) == len(files)
    kind = user[:1].proxy_type or ""
    operation, repeatable = operation_of(url)
    key = [user[:1].edi_identification, *_what(files, params)]
    return Asked(
        about=invoices if is_about_them else user,
        whom=kind if is_metric_code(kind) else "access_point",
        operation=operation,
        repeatable=repeatable,
        key=" ".join(filter(None, key)),
    )


def operation_of(url: str) -> tuple[str, str]:
    """Return what an address asks, and what asking again does.

    Whatever is not known to be harmless may do it twice.
    """
    *path, last = url.partition("?")[0].rstrip("/").split("/")
    operation = _CAPITAL.sub("_", last).lower()
    if not is_metric_code(operation) or _VERSION.fullmatch(operation):
        return "ask", UNSAFE
    # Italy's authority is asked for what has come at …/in/…
    if operation.startswith(_QUESTIONS) or path[-1:] == ["in"]:
        return operation, SAFE
    return operation, IDEMPOTENT if operation.startswith(_NOT_DONE_TWICE) else UNSAFE


def _files(params) -> list[str]:
    """Return the names of the documents that are handed over."""
    params = params if isinstance(params, dict) else {}
    handed = params.get("documents") or [params.get("file")]
    return [of.get("filename") or "" for of in handed if isinstance(of, dict)]


def _what(files: list[str], params) -> list[str]:
    """Return what tells apart what is asked: names of files, else what they make up."""
    names = [name for name in files[:_MOST_NAMES] if name]
    if names and len(names) == len(files):
        return names
    digest = hashlib.sha256(repr(params).encode()).hexdigest()[:8]
    return [*names, f"+{len(files) - len(names)}", digest] if names else [digest]


@guarded
def tell(attempt, repeatable: str, answer) -> None:
    """Tell an attempt what was answered: the numbers of what was taken, or an error."""
    if not isinstance(answer, dict):
        return
    if error := answer.get("error"):
        attempt.fail(_words(error, answer.get("error_description")))
    if repeatable != UNSAFE:
        return
    taken = [of.get("message_uuid") for of in answer.get("messages") or []]
    for name in filter(None, [*taken, answer.get("id_transaction")]):
        attempt.created(name, "message")


def _words(error, description) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error)
    return ": ".join(filter(None, [str(error), description]))
