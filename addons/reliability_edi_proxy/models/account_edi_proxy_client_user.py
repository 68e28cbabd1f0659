from odoo import models

from odoo.addons.reliability_integration import exchange

from ..provider_instrumentation import Asked, asked, tell


class AccountEdiProxyClientUser(models.Model):
    """What is asked of an access point, such as Peppol's, is an exchange with it."""

    _inherit = "account_edi_proxy_client.user"

    def _make_request(self, url, params=False, **more):
        if self[:1].edi_mode == "demo":
            return super()._make_request(url, params=params, **more)  # asks nobody
        of = asked(self, url, params) or Asked(self)
        with exchange(
            of.about, of.whom, of.operation, key=of.key, repeatable=of.repeatable
        ) as attempt:
            answer = super()._make_request(url, params=params, **more)
            tell(attempt, of.repeatable, answer)
        return answer
