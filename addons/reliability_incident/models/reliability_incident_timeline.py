"""The timeline of an incident: what happened, was changed, said and done, in order."""

# What people read of an incident is apart from what they do.
# pylint: disable=consider-merging-classes-inherited

from textwrap import shorten

from odoo import fields, models
from odoo.tools import html2plaintext

from odoo.addons.reliability.api import (
    MAX_ENTRIES,
    TimelineEntry,
    formatting,
    masked,
)

from .reliability_incident_stamp import PERSON

_MAX_LENGTH = 300


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    def read_timeline(self):
        """Return what happened, as far as the user may read it, the first first.

        :return: ``entries``: of each the values of a `TimelineEntry`, and its ``key``;
            ``more``: that earlier ones are left out, or empty
        """
        self.ensure_one()
        self.check_access("read")
        affected = self.sudo()._affected(fields.Datetime.now())
        alerts, earlier = self._timeline_of_alerts()
        entries = [
            *self.env["reliability.health.provider"]._timeline(affected),
            *self._timeline_of_stamps(),
            *alerts,
            *self._timeline_of_notifications(),
            *self._timeline_of_messages(),
        ]
        entries.sort(key=lambda entry: entry.moment)
        left_out = max(0, len(entries) - MAX_ENTRIES) + earlier
        return {
            "entries": [
                entry._asdict()
                | {"key": key, "moment": fields.Datetime.to_string(entry.moment)}
                for key, entry in enumerate(entries[-MAX_ENTRIES:])
            ],
            "more": self._left_out(left_out) if left_out else "",
        }

    def _left_out(self, count):
        return formatting.counted(
            count,
            self.env._("1 earlier entry is not shown"),
            self.env._("%(count)s earlier entries are not shown", count=count),
        )

    def _timeline_of_stamps(self):
        """Yield the stamps; corrected ones with the reason of their correction."""
        names = dict(self.stamp_ids._fields["kind"]._description_selection(self.env))
        order = {kind: n for n, kind in enumerate(names)}
        for stamp in self.stamp_ids.filtered("moment").sorted(
            lambda one: order[one.kind]
        ):
            text = names[stamp.kind]
            if stamp.reason:
                text = self.env._(
                    "%(stamp)s (corrected: %(reason)s)",
                    stamp=text,
                    reason=stamp.reason,
                )
            who = stamp.sudo().user_id.name if stamp.source == PERSON else ""
            yield TimelineEntry(stamp.moment, "state", text, who or "")

    def _timeline_of_alerts(self):
        """Return when the alerts that the user may read appeared and ended.

        :return: the last entries, since a storm has thousands and each is described
            in a sentence; and how many are earlier
        """
        readable = self.evidence_ids._filtered_access("read")
        over = readable.filtered(lambda one: one.closed and not one.is_present)
        moments = [(one.opened, one, False) for one in readable]
        moments += [(one.closed, one, True) for one in over]
        moments.sort(key=lambda moment: moment[0])
        last = moments[-MAX_ENTRIES:]
        # Odoo computes a text for all that are read together.
        ids = {evidence.id for _moment, evidence, _is_over in last}
        entries = [
            self._entry_of_alert(moment, evidence.with_prefetch(ids), is_over)
            for moment, evidence, is_over in last
        ]
        return entries, len(moments) - len(last)

    def _entry_of_alert(self, moment, evidence, is_over):
        text = evidence.text
        if is_over:
            text = self.env._(
                "%(where)s: %(text)s", where=self.env._("Over"), text=text
            )
        return TimelineEntry(moment, "alert", text)

    def _timeline_of_notifications(self):
        notifications = self.notification_ids._filtered_access("read")
        events, channels = (
            dict(notifications._fields[name]._description_selection(self.env))
            for name in ("event", "channel")
        )
        for one in notifications.filtered("sent"):
            text = self.env._(
                "Notified by %(channel)s: %(event)s",
                channel=channels[one.channel],
                event=events[one.event],
            )
            who = one.sudo().user_id.name or ""
            yield TimelineEntry(one.sent, "notification", text, who)

    def _timeline_of_messages(self):
        """Yield what people have written, and what they have done of activities."""
        for message in self.message_ids:
            text = html2plaintext(message.body or "", include_references=False)
            if text.strip():
                yield TimelineEntry(
                    message.date,
                    "comment",
                    shorten(
                        masked(text, 2 * _MAX_LENGTH), _MAX_LENGTH, placeholder="…"
                    ),
                    message.sudo().author_id.name or "",
                )
