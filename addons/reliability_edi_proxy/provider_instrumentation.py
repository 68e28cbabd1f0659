"""Provider instrumentation: requests to access points, and their responses.

All of Odoo's clients send requests by the same method.  The formats differ: Peppol and
Nemhandel share one, Italy's client uses the names of its tax authority.
"""

import hashlib
import re
from typing import NamedTuple

from odoo.models import BaseModel

from odoo.addons.reliability.api import guarded, is_metric_code
from odoo.addons.reliability_integration import IDEMPOTENT, SAFE, UNSAFE

from .sending import current_invoices

_VERSION = re.compile(r"v?\d+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SAFE_PREFIXES = ("get_", "check_", "is_", "participant_status")
_IDEMPOTENT_PREFIXES = (
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
_DEFAULT_SYSTEM, _DEFAULT_OPERATION = "access_point", "ask"
_MAX_NAMES = 3
"""Names of files in a key; for the others, it has their number."""


class ProxyRequest(NamedTuple):
    """A request to an access point.

    :ivar records: the invoices, else the user of the access point
    :ivar system: code of the access point
    :ivar operation: the end of the address, such as ``send_document``
    :ivar repeatable: the effect of a second attempt, see ``reliability_integration``
    :ivar key: distinguishes requests: two documents are not two attempts for one
    """

    records: BaseModel
    system: str = _DEFAULT_SYSTEM
    operation: str = _DEFAULT_OPERATION
    repeatable: str = UNSAFE
    key: str = ""


@guarded
def proxy_request(user: BaseModel, url: str, params) -> ProxyRequest | None:
    """Return the request of a user to an address."""
    files = _file_names(params)
    invoices = current_invoices()
    is_about_invoices = files and invoices is not None and len(invoices) == len(files)
    kind = user[:1].proxy_type or ""
    operation, repeatable = operation_of(url)
    key = [user[:1].edi_identification, *_content_key(files, params)]
    return ProxyRequest(
        records=invoices if is_about_invoices else user,
        system=kind if is_metric_code(kind) else _DEFAULT_SYSTEM,
        operation=operation,
        repeatable=repeatable,
        key=" ".join(filter(None, key)),
    )


def operation_of(url: str) -> tuple[str, str]:
    """Return the operation of an address, and the effect of a second attempt.

    Operations that are not known to be safe or idempotent are unsafe.
    """
    *path, last = url.partition("?")[0].rstrip("/").split("/")
    operation = _CAPITAL.sub("_", last).lower()
    if not is_metric_code(operation) or _VERSION.fullmatch(operation):
        return _DEFAULT_OPERATION, UNSAFE
    # Italy's client fetches received invoices at …/in/…
    if operation.startswith(_SAFE_PREFIXES) or path[-1:] == ["in"]:
        return operation, SAFE
    is_idempotent = operation.startswith(_IDEMPOTENT_PREFIXES)
    return operation, IDEMPOTENT if is_idempotent else UNSAFE


def _file_names(params) -> list[str]:
    """Return the names of the documents that are handed over; empty where unnamed."""
    params = params if isinstance(params, dict) else {}
    files = params.get("documents") or [params.get("file")]
    return [file.get("filename") or "" for file in files if isinstance(file, dict)]


def _content_key(files: list[str], params) -> list[str]:
    """Return what distinguishes requests: names of files, else a hash of all params."""
    names = [name for name in files[:_MAX_NAMES] if name]
    if names and len(names) == len(files):
        return names
    digest = hashlib.sha256(repr(params).encode()).hexdigest()[:8]
    return [*names, f"+{len(files) - len(names)}", digest] if names else [digest]


@guarded
def record_response(attempt, repeatable: str, response) -> None:
    """Add the response to an attempt: an error, or the numbers of what was taken."""
    if not isinstance(response, dict):
        return
    if error := response.get("error"):
        attempt.fail(_error_message(error, response.get("error_description")))
    if repeatable != UNSAFE:
        return
    numbers = [
        message.get("message_uuid") for message in response.get("messages") or []
    ]
    for number in filter(None, [*numbers, response.get("id_transaction")]):
        attempt.created(number, "message")


def _error_message(error, description) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error)
    return ": ".join(filter(None, [str(error), description]))
