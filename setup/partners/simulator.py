"""Simulator of partners: an HTTP server that takes and offers documents."""

from collections import defaultdict

from ..simulators import Answer, HttpSimulator
from . import web_shop


class Simulator(HttpSimulator):
    """Partners of any name, and their documents.

    ``POST /<partner>/in/<name>`` takes a document, ``GET /<partner>/out/<name>``
    returns one that was offered.  The web shop has any order that it is asked for.

    :ivar taken: (partner, name) → the contents taken, once for each request
    """

    actions = (*HttpSimulator.actions, "offer")

    def __init__(self, port=0):
        super().__init__(port)
        self.taken = defaultdict(list)
        self._offered = {}

    def operations(self, system):
        return "in", "out"

    def subject(self, request):
        operation, _, name = request.path.partition("/")
        is_known = (request.method, operation) in (("POST", "in"), ("GET", "out"))
        return (request.system, operation, name) if is_known else None

    def answer(self, asked):
        document = asked.system, asked.reference
        if asked.operation == "in":
            self.taken[document].append(asked.request.body.decode())
            return Answer(200, b"taken", "text/plain")
        content = self._offered.get(document)
        if content is None and asked.system == web_shop.NAME:
            content = web_shop.order(asked.reference)
        return Answer(404 if content is None else 200, (content or "").encode())

    def refusal(self, asked):
        if asked.system == web_shop.NAME and asked.fault == "refuses":
            return web_shop.REFUSAL
        return super().refusal(asked)

    def offer(self, system, name, content):
        """Offer a document of a partner, which Odoo can fetch."""
        self._offered[system, name] = content
