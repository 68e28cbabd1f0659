"""Rehearsals print no reports: nobody receives their messages."""

from odoo import models

from ..rehearsal import is_rehearsal


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template_attachments(
        self, res_ids, render_fields, render_results=None
    ):
        """Attach no report in a rehearsal: Odoo starts a program to print it.

        The rest of the template is rendered, so a template that fails is found.
        """
        if is_rehearsal(self.env):
            render_fields = set(render_fields) - {"report_template_ids"}
        return super()._generate_template_attachments(
            res_ids, render_fields, render_results=render_results
        )
