"""The only route by which other systems send messages."""

from functools import partial

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..families import record_message
from ..problems import Problem
from .dispatcher import ROUTE, InboundDispatcher, respond


class Inbound(http.Controller):
    @http.route(
        f"{ROUTE}<kind>",
        type=InboundDispatcher.routing_type,
        auth="none",  # by API key, see res.users.apikeys
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def receive(self, kind):
        """Answer a message; Odoo commits before it sends the answer.

        Problems are answers too, so that what is stored about them is committed.
        """
        dispatcher = request.dispatcher
        inbound = request.env["reliability.inbound"].with_user(SUPERUSER_ID)
        if kind in inbound._kinds():
            dispatcher.kind = kind
        try:
            key = inbound._authenticate(kind, dispatcher.incoming)
            request.update_env(user=key.user_id.id)
            inbound = request.env["reliability.inbound"]
            answer = inbound._receive(kind, key, dispatcher.incoming)
        except Problem as problem:
            answer = problem.answer()
        if dispatcher.kind:
            request.env.cr.postcommit.add(
                partial(record_message, request.registry, kind, answer.status)
            )
        return respond(answer)
