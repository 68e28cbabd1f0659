"""Which thresholds were changed at the time of an incident: from what to what.

Odoo logs both values in the chatter of the record (``tracking=True``).
"""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models
from odoo.tools import formatLang

from .reliability_health_provider_timeline import (
    CHANGES_BEFORE,
    MAX_ENTRIES,
    TimelineEntry,
)


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _logged_changes(self, model, affected):
        """Return the changed values of thresholds, as Odoo has logged them."""
        changes = self.env["mail.tracking.value"].sudo()
        changes = changes.search(
            [
                ("mail_message_id.model", "=", model),
                ("mail_message_id.date", ">=", affected.begin - CHANGES_BEFORE),
                ("mail_message_id.date", "<", affected.end),
            ],
            limit=MAX_ENTRIES,
        )
        known = self.env[model].browse(changes.mail_message_id.mapped("res_id"))
        readable = known.exists()._filtered_access("read")
        return changes.filtered(
            lambda one: (
                one.mail_message_id.res_id in readable.ids
                and self._threshold_text(model, one.field_id.name, 0)
            )
        )

    @api.model
    def _without_logged(self, changed, logged):
        """Return changed records, without those whose last change has been logged."""
        writes = {(one.res_id, one.create_date) for one in logged.mail_message_id}
        return changed.filtered(lambda one: (one.id, one.write_date) not in writes)

    @api.model
    def _changed_threshold(self, change):
        """Return the entry of a changed value.

        :param change: a ``mail.tracking.value``
        """
        message, name = change.mail_message_id, change.field_id.name
        record = self.env[message.model].browse(message.res_id)
        field = record._fields[name]
        old, new = (
            self._threshold_text(
                record._name, name, change._format_display_value(field.type, new)[0]
            )
            for new in (False, True)
        )
        text = self.env._(
            "%(record)s: “%(threshold)s” was changed from %(old)s to %(new)s",
            record=record.display_name,
            threshold=field._description_string(self.env),
            old=old,
            new=new,
        )
        return TimelineEntry(
            message.date,
            "change",
            text,
            message.author_id.name or "",
            record.get_formview_action(),
        )

    @api.model
    def _threshold_text(self, model, name, value):
        """Return the value of a threshold in the user's language.

        Addons that have thresholds extend it, and track them.

        :param str name: of a field of the model
        :return: empty for fields whose values the timeline does not show
        """
        if (model, name) == ("reliability.operation", "threshold"):
            seconds = formatLang(self.env, value, digits=2)
            return self.env._("%(seconds)s s", seconds=seconds)
        return ""
