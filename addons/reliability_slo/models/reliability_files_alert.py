"""Problems of files, in the self-check and as an alert."""

# Problems of files have a file of their own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models

from odoo.addons.reliability.api import DEGRADED, Alert, AlertText, formatting

from ..alerts import FILES, REFUSED
from ..files.remarks import Origin, Remark


class ReliabilitySelfCheck(models.AbstractModel):
    _inherit = "reliability.self.check"

    @api.model
    def _addon_problems(self):
        files = self.env["reliability.files"]
        problems, notices, _since = files._remarks()
        texts = [files._text(remark) for remark in problems + notices]
        return super()._addon_problems() + texts


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        problems, _notices, since = self.env["reliability.files"]._remarks()
        found = super()._alerts()
        if not problems:
            return found
        return [
            *found,
            Alert(
                FILES,
                REFUSED,
                "platform",
                DEGRADED,
                len(problems),
                since,
                since,
                values={"problem": problems[0]},
                is_shared=True,
            ),
        ]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != FILES:
            return super()._describe_alert(alert)
        origin, code, values = alert.values["problem"]
        problem = Remark(Origin(*origin), code, values)
        return AlertText(
            formatting.paragraph(
                self.env._(
                    "Files with objectives are not applied, and nothing of them is"
                    " changed here"
                ),
                self.env["reliability.files"]._text(problem),
            )
        )

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != FILES:
            return super()._can_act_on(alert)
        return self.env.user.has_group("base.group_system")
