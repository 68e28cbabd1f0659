"""Which services are restored first, and who is notified, as PDF."""

from odoo import api, models

from odoo.addons.reliability.api import formatting


class RestoreOrderReport(models.AbstractModel):
    _name = "report.reliability_recovery.restore_order"
    _description = "Restore Order as PDF"

    @api.model
    def _get_report_values(self, docids, data=None):
        steps = self.env["reliability.service"].browse(docids)._restore_steps()
        return {
            "services": [
                _values_of(service, number)
                for number, services in enumerate(steps, start=1)
                for service in services
            ],
            "lang": self.env.lang,
        }


def _values_of(service, step):
    env = service.env
    objectives = []
    if service.rpo_minutes:
        rpo = formatting.duration(env, service.rpo_minutes * 60)
        objectives.append(env._("RPO %(duration)s", duration=rpo))
    if service.rto_minutes:
        rto = formatting.duration(env, service.rto_minutes * 60)
        objectives.append(env._("RTO %(duration)s", duration=rto))
    return {
        "service": service,
        "step": step,
        "needs": ", ".join(service.depends_on_ids.mapped("name")),
        "objectives": "\n".join(objectives),
        "people": "\n".join(_reached_at(user) for user in service._people_notified()),
    }


def _reached_at(user):
    """Return the name of a person, and where he is reached without Odoo."""
    return " · ".join(filter(None, [user.name, user.phone, user.email]))
