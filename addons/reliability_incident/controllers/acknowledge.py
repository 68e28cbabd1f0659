"""The link in chat messages and mails that acknowledges an incident."""

from odoo import http
from odoo.http import request
from odoo.tools import verify_hash_signed

from ..models.incident_messages import ACKNOWLEDGE_ROUTE, ACKNOWLEDGE_SCOPE


class AcknowledgeController(http.Controller):
    @http.route(ACKNOWLEDGE_ROUTE, type="http", auth="user", methods=["GET"])
    def acknowledge(self, token=""):
        """Acknowledge an incident, and open it.

        The token is of one incident and one person, so no other page can make a browser
        acknowledge; who is logged in as somebody else, or comes too late, only reads.
        """
        incident_id, user_id = _signed(token)
        incident = request.env["reliability.incident"].browse(incident_id).exists()
        if incident and user_id == request.env.uid:
            incident.action_acknowledge()
        where = f"/{incident_id}" if incident else ""
        return request.redirect(f"/odoo/reliability-incidents{where}")


def _signed(token):
    """Return the incident and the person of a token; zeros if it is not ours."""
    try:
        return verify_hash_signed(request.env(su=True), ACKNOWLEDGE_SCOPE, token) or (
            0,
            0,
        )
    except ValueError:
        return 0, 0
