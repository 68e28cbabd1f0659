"""Display names of what is measured."""

from odoo import api, models


class ReliabilityDisplayNames(models.AbstractModel):
    """Addons that measure something else extend ``_display_name_of``."""

    _name = "reliability.display.names"
    _description = "Display Names of What Is Measured"

    @api.model
    def _display_name_of(self, code):
        """Return the name of something measured, or its code if there is none.

        :param str code: of an operation, or a scheduled action's external id, or
            ``cron_<id>``
        """
        operation = self.env["reliability.operation"].sudo()._by_code(code)
        return operation.name or self._name_cron(code) or code

    @api.model
    def _name_cron(self, code):
        """Return the name of a scheduled action; empty if there is none."""
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        number = code.removeprefix("cron_")
        if number.isdecimal():
            return crons.search([("id", "=", int(number))]).cron_name
        if code.count(".") != 1:  # no external id
            return ""
        record = self.env.ref(code, raise_if_not_found=False)
        is_cron = bool(record) and record._name == crons._name
        return record.sudo().cron_name if is_cron else ""
