"""No report is printed for messages that nobody receives."""

from odoo import models

from ..rehearsal import is_rehearsal


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template_attachments(
        self, res_ids, render_fields, render_results=None
    ):
        """Attach no report in rehearsals and for documents of the synthetic company.

        Odoo starts a program to print it.  The rest of the template is rendered, so a
        template that fails is found.
        """
        silent = set(res_ids) if is_rehearsal(self.env) else self._synthetic(res_ids)
        attach = super()._generate_template_attachments
        render_results = {} if render_results is None else render_results
        if silent:
            fewer = set(render_fields) - {"report_template_ids"}
            attach(list(silent), fewer, render_results=render_results)
        others = [one for one in res_ids if one not in silent]
        return attach(others, render_fields, render_results=render_results)

    def _synthetic(self, res_ids):
        """Return the ids of documents that are of a synthetic company."""
        documents = self.env[self.model or self._name].browse(res_ids)
        return set(self.env["reliability.synthetic.company"]._owned(documents).ids)
