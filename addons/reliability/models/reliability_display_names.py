"""What people call that which is measured."""

from odoo import api, models


class ReliabilityDisplayNames(models.AbstractModel):
    _name = "reliability.display.names"
    _description = "Names of What Is Measured"

    @api.model
    def _display_name_of(self, code):
        """Return what people call something, or its code if they have no name for it.

        Addons that measure something else extend this.

        :param str code: of an operation, or a scheduled action's external id, or
            ``cron_<id>``
        """
        measured = self.env["reliability.operation"].sudo()
        found = measured.with_context(active_test=False).search([("code", "=", code)])
        return found.name or self._name_cron(code) or code

    @api.model
    def _name_cron(self, code):
        """Return the name of a scheduled action; nothing if it is none."""
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        number = code.removeprefix("cron_")
        if number.isdecimal():
            return crons.search([("id", "=", int(number))]).cron_name
        if code.count(".") != 1:  # no external id
            return ""
        found = self.env.ref(code, raise_if_not_found=False)
        is_cron = bool(found) and found._name == crons._name
        return found.sudo().cron_name if is_cron else ""
