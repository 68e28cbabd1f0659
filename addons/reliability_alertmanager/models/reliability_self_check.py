from odoo import api, models

from ..settings import SILENCES, URL


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _addon_problems(self):
        texts = {
            URL: self.env._(
                "Nothing is sent to Alertmanager: alertmanager_url in section"
                " [reliability] of odoo.conf is not a valid http or https address."
                " Correct it and restart Odoo."
            ),
            SILENCES: self.env._(
                "Nothing is sent to Alertmanager: alertmanager_silences in section"
                " [reliability] of odoo.conf is neither True nor False. Correct it and"
                " restart Odoo."
            ),
        }
        wrong = self.env["reliability.notification"]._alertmanager().wrong
        return [*super()._addon_problems(), *([texts[wrong]] if wrong else ())]
