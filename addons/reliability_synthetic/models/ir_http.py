"""Requests of the synthetic company's users are not measured."""

from odoo import models
from odoo.http import request

from odoo.addons.reliability.api import guarded, leave_out_request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        found = super()._authenticate(endpoint)
        leave_out_user(request.env, request.env.uid)
        return found


@guarded
def leave_out_user(env, uid):
    """Leave out the rest of the present request, if it is of such a user.

    :param int uid: empty for a request without a user
    """
    if uid and env["reliability.synthetic.company"]._is_user(uid):
        leave_out_request()
