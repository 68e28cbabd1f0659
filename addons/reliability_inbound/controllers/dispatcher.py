"""How Odoo hands over a message, and answers where its transaction failed."""

import psycopg2
from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.exceptions import ConcurrencyError

from .. import problems
from ..families import record_message
from ..incoming import IncomingRequest

ROUTE = "/reliability/inbound/"


def respond(answer):
    """Return an answer as Odoo sends it.

    :param problems.Answer answer: to a message
    :rtype: odoo.http.Response
    """
    headers = [*answer.headers, ("Cache-Control", "no-store")]
    return http.Response(answer.body, status=answer.status, headers=headers)


class InboundDispatcher(http.Dispatcher):
    """The type of the route: no form is parsed, and every answer is JSON.

    Odoo makes one for each request, and calls :meth:`dispatch` again for each attempt
    to commit its transaction.

    :ivar incoming: the request
    :ivar kind: of the message, once it is known to be a registered one
    """

    routing_type = "reliability_inbound"

    def __init__(self, request):
        super().__init__(request)
        # Odoo hides the stream of the body, and its own way of reading has no limit of
        # a kind.
        self.incoming = IncomingRequest(request.httprequest._HTTPRequest__wrapped)
        self.kind = ""

    @classmethod
    def is_compatible_with(cls, request):
        """Take every request: those of another type are answered, too."""
        return True

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Return the answer where nothing was committed."""
        problem = _problem(exc)
        if self.kind:
            record_message(self.request.registry, self.kind, problem.status)
        return respond(problem.answer())


def _problem(error):
    if isinstance(error, psycopg2.Error | ConcurrencyError):
        return problems.unavailable()
    if isinstance(error, HTTPException) and error.code:
        return problems.Problem(error.code, error.description or "")
    return problems.failed()
