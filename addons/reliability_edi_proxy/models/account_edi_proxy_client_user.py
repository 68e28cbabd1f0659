import hashlib
import re

from odoo import models

from odoo.addons.reliability import guarded
from odoo.addons.reliability.models.code import is_code
from odoo.addons.reliability_integration import MORE, NOTHING, SAME, exchange

_VERSION = re.compile(r"v?\d+")
_QUESTIONS = ("get_", "check_", "participant_status", "is_")
_MAKES_ONE_MORE = ("send_", "create_")


class AccountEdiProxyClientUser(models.Model):
    """What is asked of an access point, such as Peppol's, is an exchange with it."""

    _inherit = "account_edi_proxy_client.user"

    def _make_request(self, url, params=False, **more):
        if self[:1].edi_mode == "demo":
            return super()._make_request(url, params=params, **more)  # asks nobody
        whom, operation, again = _asked(self, url) or ("access_point", "ask", MORE)
        key = _key(self, params) or ""
        with exchange(self, whom, operation, key=key, again=again) as attempt:
            answer = super()._make_request(url, params=params, **more)
            _tell_what_was_made(attempt, again, answer)
        return answer


@guarded
def _asked(user, url):
    """Return whom an address belongs to, what it asks, and what asking again does."""
    kind = user[:1].proxy_type or ""
    whom = kind if is_code(kind) else "access_point"
    *_rest, last = url.partition("?")[0].rstrip("/").split("/")
    operation = last if is_code(last) and not _VERSION.fullmatch(last) else "ask"
    if operation.startswith(_QUESTIONS):
        return whom, operation, NOTHING
    return whom, operation, MORE if operation.startswith(_MAKES_ONE_MORE) else SAME


@guarded
def _key(user, params):
    """Return what tells apart what is asked: two documents are not two tries of one."""
    digest = hashlib.sha256(repr(params).encode()).hexdigest()
    return f"{user[:1].edi_identification or ''} {digest[:8]}".strip()


@guarded
def _tell_what_was_made(attempt, again, answer):
    """Tell of messages that the access point has taken, by its number for them; of
    those that it has refused one by one, that they failed.
    """
    if again != MORE or not isinstance(answer, dict):
        return
    if error := answer.get("error"):
        attempt.fail(
            str(error.get("message", error) if isinstance(error, dict) else error)
        )
    for message in answer.get("messages") or []:
        attempt.created(message.get("message_uuid") or "", "message")
