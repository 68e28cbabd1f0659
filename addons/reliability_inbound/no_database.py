"""Answers to messages for which Odoo has found no database.

Odoo would answer 404, also while PostgreSQL does not answer: then senders would discard
messages that they should send again.  The answers do not say which databases exist.
"""

import psycopg2

from odoo import http
from odoo.service import db as databases

from odoo.addons.reliability.api import Hook, guarded, instrument

from . import problems
from .controllers.dispatcher import ROUTE, respond


def install() -> None:
    """Answer before Odoo does; again does nothing."""
    instrument(
        "Answers to messages without a database",
        Hook(http.Request, "_serve_nodb", _wrap, ("self",)),
        while_paused=True,
    )


def _wrap(serve):
    def wrapper(self):
        response = _response(self)
        return serve(self) if response is None else response

    return wrapper


@guarded
def _response(request: http.Request) -> http.Response | None:
    """Return the answer to a message; ``None`` for other requests."""
    if not request.httprequest.path.startswith(ROUTE):
        return None
    return respond(_problem(request.httprequest).answer())


def _problem(request: http.HTTPRequest) -> problems.Problem:
    if request.method != "POST":
        return problems.method_not_allowed()
    try:
        listed = databases.list_dbs(force=True)
    except psycopg2.Error:
        return problems.unavailable()
    if not listed:  # nor where PostgreSQL refuses the query, as a standby does
        return problems.unavailable()
    existing = http.db_filter(listed)
    name = request.headers.get("X-Odoo-Database")
    if name in existing or (not name and len(existing) == 1):
        return problems.unavailable()  # Odoo could not open it
    return problems.wrong_key() if name else problems.no_database()
