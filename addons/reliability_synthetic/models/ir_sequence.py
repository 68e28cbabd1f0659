"""Rehearsals draw no number of any sequence: a rollback does not return it."""

from odoo import models

from ..rehearsal import is_rehearsal, next_name


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next(self, sequence_date=None):
        """Return a name of the rehearsal on its cursor."""
        if is_rehearsal(self.env):
            return next_name(self.env)
        return super()._next(sequence_date=sequence_date)
