"""Odoo's external API, JSON-2, and what its errors are."""

from .problems import KEY, NO_API, REFUSED_BY_ODOO, SERVER_ERROR, Problem
from .web_client import Answer, WebClient


class OdooClient:
    """Calls methods of models as the user of an API key.

    :param database: not needed where the server has only one for this address
    """

    def __init__(self, web: WebClient, key: str, database: str | None) -> None:
        self._web = web
        self._headers = [("Authorization", f"bearer {key}")]
        if database:
            self._headers.append(("X-Odoo-Database", database))

    def call(self, model: str, method: str, ids: tuple = (), **arguments) -> object:
        """Call a method; return what it returns.

        :raise Problem: Odoo refuses or fails
        :raise BadStatus: something else than Odoo answers
        """
        value = {"ids": list(ids), **arguments} if ids else arguments
        answer = self._web.post_json(f"/json/2/{model}/{method}", value, self._headers)
        try:
            content = answer.json()
        except ValueError:
            raise _no_api(answer) from None
        if answer.status != 200:
            raise _problem_of(answer, content)
        return content

    def read(self, model: str, ids: tuple, *fields: str) -> list[dict]:
        """Return the values of fields of records."""
        return self.call(model, "read", ids, fields=list(fields))


def one_line(message: object) -> str:
    """Return a message of Odoo in one line, without a full stop."""
    return " ".join(str(message).split()).removesuffix(".")


def _no_api(answer: Answer) -> Exception:
    """Return the error that an answer which is no JSON is."""
    return Problem(NO_API) if answer.status in (200, 404) else answer.as_error()


def _problem_of(answer: Answer, content: object) -> Exception:
    """Return the error that an answer of Odoo is."""
    if not isinstance(content, dict) or "message" not in content:
        return answer.as_error()
    if answer.status == 401:
        return Problem(KEY)
    cause = SERVER_ERROR if answer.status >= 500 else REFUSED_BY_ODOO
    return Problem(cause, message=one_line(content["message"]))
