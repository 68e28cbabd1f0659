from odoo import api, models

from odoo.addons.reliability.api import settings

from ..webhook import SECRET, URL, read


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _addon_problems(self):
        texts = {
            URL: self.env._(
                "No webhook is sent: webhook_url in section [reliability] of odoo.conf"
                " is not a valid http or https address. Correct it and restart Odoo."
            ),
            SECRET: self.env._(
                "No webhook is sent: webhook_secret in section [reliability] of"
                " odoo.conf must be whsec_ and base64 of 24 to 64 bytes. Make one with"
                " echo whsec_$(openssl rand -base64 32), and restart Odoo."
            ),
        }
        _webhook, wrong = read(settings().options)
        return [*super()._addon_problems(), *([texts[wrong]] if wrong else ())]
