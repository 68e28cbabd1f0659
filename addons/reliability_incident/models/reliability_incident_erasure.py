"""Erasure: old incidents keep their figures, and lose what is about persons."""

# Retention is apart from what happens.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

_RETENTION = timedelta(days=400)
"""How long texts and persons of a closed incident are kept: a year and a month."""
_BATCH = 100
_PERSONS = ("user_id", "acknowledged_by_id", "reported_by_id", "reviewed_by_id")
_TEXTS = ("title", "what_happened", "what_helped")


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    is_erased = fields.Boolean(
        readonly=True, help="Whether texts and persons were deleted for their age."
    )

    _to_erase = models.Index("(closed_at) WHERE is_erased IS NOT TRUE")

    @api.autovacuum
    def _gc_personal_data(self):
        """Erase incidents that were closed long ago.

        :return: how many, and whether there are more
        """
        old = self.search(
            [
                ("closed_at", "<", self.env.cr.now() - _RETENTION),
                ("is_erased", "=", False),
            ],
            limit=_BATCH,
            order="closed_at",
        )
        old._erase()
        return len(old), len(old) == _BATCH

    def _erase(self):
        """Delete what persons have written, and who they are; stamps and sites stay."""
        self.message_ids.sudo().unlink()
        self.activity_ids.unlink()
        self.message_unsubscribe(self.message_partner_ids.ids)
        self.notification_ids.unlink()
        self.step_ids.unlink()
        self.stamp_ids.write({"user_id": False, "reason": False})
        self.evidence_ids.write({"values": False, "subject": False})
        self.write(dict.fromkeys((*_PERSONS, *_TEXTS), False) | {"is_erased": True})
