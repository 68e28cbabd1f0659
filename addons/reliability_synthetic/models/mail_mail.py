"""No e-mail about documents of the synthetic company is sent."""

from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Cancel what is about such documents: callers need the records."""
        mails = super().create(vals_list)
        mails._synthetic().state = "cancel"
        return mails

    def _synthetic(self):
        """Return those about documents of a synthetic company."""
        synthetic = self.env["reliability.synthetic.company"]
        found = self.browse()
        if not synthetic._members().companies:
            return found
        about = self.filtered(lambda mail: mail.model in self.env and mail.res_id)
        for model, mails in about.grouped("model").items():
            documents = self.env[model].browse(set(mails.mapped("res_id")))
            owned = set(synthetic._owned(documents).ids)
            found |= mails.filtered(lambda mail, owned=owned: mail.res_id in owned)
        return found
