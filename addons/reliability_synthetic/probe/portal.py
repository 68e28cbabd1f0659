"""The portal, as a customer uses it: log in, open the order, and sign it."""

import html
import re
from collections.abc import Callable
from urllib.parse import urlencode

from .account import Account
from .odoo_client import one_line
from .order import Order
from .problems import (
    LOG_IN_REFUSED,
    NO_LOG_IN_FORM,
    NOT_SHOWN,
    SERVER_ERROR,
    SIGNATURE_REFUSED,
    Problem,
)
from .web_client import WebClient

_LOG_IN, _HOME = "/web/login", "/my"
_TOKEN = re.compile(r'name="csrf_token"\s+value="([^"]+)"')
_SIGNER = "Synthetic Check"
_SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
"""A picture of one point, in PNG."""


class Portal:
    """The portal of Odoo in the session of one user.

    :param database: not needed where the server has only one for this address
    :param hide: is called with each secret of the session
    """

    def __init__(
        self,
        web: WebClient,
        account: Account,
        database: str | None,
        hide: Callable[[str], None],
    ) -> None:
        self._web, self._account = web, account
        self._database, self._hide = database, hide

    def log_in(self) -> None:
        """Log in by the form.

        :raise Problem: there is no form, or it leads elsewhere than to the portal
        """
        # The header X-Odoo-Database would end the session with each request.
        query = f"?{urlencode({'db': self._database})}" if self._database else ""
        form = self._web.get(_LOG_IN + query)
        token = _TOKEN.search(form.text)
        if not token:
            raise Problem(NO_LOG_IN_FORM)
        self._hide(token[1])
        fields = {
            "csrf_token": html.unescape(token[1]),
            "login": self._account.login,
            "password": self._account.password,
            "redirect": _HOME,
        }
        if not _is_below(self._web.post_form(form.target, fields).path, _HOME):
            raise Problem(LOG_IN_REFUSED, login=self._account.login)

    def open(self, order: Order) -> None:
        """Open the page of the order.

        :raise Problem: it does not name the order
        """
        where = _page_of(order)
        page = self._web.get(where)
        if not _is_below(page.path, where) or html.escape(order.name) not in page.text:
            raise Problem(NOT_SHOWN, document=order.name, login=self._account.login)

    def sign(self, order: Order) -> None:
        """Sign the order.

        :raise Problem: Odoo refuses the signature, or the order is not confirmed then
        """
        parameters = {"name": _SIGNER, "signature": _SIGNATURE}
        value = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": parameters}
        answer = self._web.post_json(f"{_page_of(order)}/accept", value, [])
        if answer.status != 200:
            raise answer.as_error()
        if problem := _problem_of(_content(answer), order.name):
            raise problem
        order.check_confirmed()


def _page_of(order):
    return f"{_HOME}/orders/{order.existing_ids()[0]}"


def _is_below(path, page):
    """Whether a path is a page or below it, in any language."""
    return re.search(f"{page}(/|$)", path) is not None


def _content(answer):
    """Return the answer of JSON-RPC; a page instead is shown as a refusal."""
    try:
        return dict(answer.json())
    except (TypeError, ValueError):
        return {"result": {"error": "HTTP 200, without JSON"}}


def _problem_of(content, document):
    """Return the problem that an answer of JSON-RPC has; ``None`` without one."""
    if error := content.get("error"):
        found = error.get("data", {})
        message = one_line(found.get("message") or error.get("message", ""))
        if str(found.get("name", "")).startswith("odoo."):
            return Problem(SIGNATURE_REFUSED, document=document, message=message)
        return Problem(SERVER_ERROR, message=message)
    if refusal := (content.get("result") or {}).get("error"):
        return Problem(SIGNATURE_REFUSED, document=document, message=one_line(refusal))
    return None
