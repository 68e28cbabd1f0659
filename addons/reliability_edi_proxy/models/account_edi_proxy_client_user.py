from odoo import models

from odoo.addons.reliability_integration import exchange

from ..provider_instrumentation import ProxyRequest, proxy_request, record_response


class AccountEdiProxyClientUser(models.Model):
    """Each request to an access point, such as Peppol's, is an exchange with it."""

    _inherit = "account_edi_proxy_client.user"

    def _make_request(self, url, params=False, **more):
        if self[:1].edi_mode == "demo":
            return super()._make_request(url, params=params, **more)  # sends nothing
        request = proxy_request(self, url, params) or ProxyRequest(self)
        with exchange(
            request.records,
            request.system,
            request.operation,
            key=request.key,
            repeatable=request.repeatable,
        ) as attempt:
            response = super()._make_request(url, params=params, **more)
            record_response(attempt, request.repeatable, response)
        return response
