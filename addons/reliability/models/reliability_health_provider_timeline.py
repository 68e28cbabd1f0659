"""What addons know of the time of an incident: what happened, and what was changed."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ..telemetry.call_stats import LOST
from ..telemetry.masking import masked_name
from . import formatting

CHANGES_BEFORE = timedelta(hours=2)
"""A change may show its effect so long after it was made."""
MAX_ENTRIES = 200
"""Of a timeline: of more, the last ones are shown."""
_SILENT_AFTER = timedelta(seconds=90)
_MAX_NAMED = 3


class TimelineEntry(NamedTuple):
    """Something that happened during an incident, or was changed shortly before.

    :ivar moment: in UTC
    :ivar kind: for its icon: ``state``, ``alert``, ``notification``, ``comment``,
        ``failure``, ``killed``, ``server`` or ``change``
    :ivar text: in the user's language, without a full stop
    :ivar who: the name of a person, if it was one
    :ivar action: opens what the entry is about; ``False`` if there is nothing to open
    """

    moment: datetime
    kind: str
    text: str
    who: str = ""
    action: dict | bool = False


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _timeline(self, affected):
        """Return what happened while services were affected, in any order.

        It is called when somebody reads the timeline, with the rights of the reader.

        :param Affected affected: what is affected, and when; changes are those since
            ``CHANGES_BEFORE`` its begin
        :rtype: list[TimelineEntry]
        """
        return [
            *self._killed_calls(affected),
            *self._first_and_last_measurements(affected),
            *self._changed_settings(affected),
        ]

    @api.model
    def _killed_calls(self, affected):
        here = affected.domain(warehouse="warehouse") | Domain("company_id", "=", False)
        calls = self.env["reliability.top.call"].search(
            Domain("outcome", "in", LOST)
            & Domain("ended", ">=", affected.begin)
            & Domain("ended", "<", affected.end)
            & here,
            limit=MAX_ENTRIES,
        )
        for call in calls:
            if call.outcome == "killed":
                text = self.env._(
                    "%(call)s: the worker was killed during the call", call=call.title
                )
            else:
                text = self.env._(
                    "%(call)s: the worker or the connection was lost while changes were"
                    " committed",
                    call=call.title,
                )
            yield TimelineEntry(
                call.ended, "killed", text, action=call.get_formview_action()
            )

    @api.model
    def _first_and_last_measurements(self, affected):
        """Yield when servers began to deliver measurements, and when they ended."""
        checkpoints = self.env["reliability.collector.checkpoint"].sudo()
        before = fields.Datetime.now() - _SILENT_AFTER
        for one in checkpoints.search(
            [("delivered", ">=", affected.begin), ("began", "<", affected.end)]
        ):
            values = {"host": one.host}
            if one.began and one.began >= affected.begin:
                text = self.env._("Server %(host)s was started", **values)
                yield TimelineEntry(one.began, "server", text)
            if one.delivered < min(affected.end, before):
                ended = self.env._("Server %(host)s was stopped", **values)
                silent = self.env._("Server %(host)s fell silent", **values)
                text = ended if one.has_ended else silent
                yield TimelineEntry(one.delivered, "server", text)

    @api.model
    def _changed_settings(self, affected):
        """Yield when operations, services and system parameters were changed.

        Thresholds with each change, the rest with the last one.  Keys of system
        parameters are shown to administrators only, values to nobody.
        """
        models = ["reliability.service", "reliability.operation"]
        if self.env.user.has_group("reliability.group_admin"):
            models.append("ir.config_parameter")
        for model in models:
            logged = self._logged_changes(model, affected)
            yield from map(self._changed_threshold, logged)
            changed = self._without_logged(self._changed(model, affected), logged)
            for records in changed.grouped(_minute_and_person).values():
                yield self._change(records)

    @api.model
    def _changed(self, model, affected):
        """Return the records of a model that were changed shortly before, or since."""
        records = self.env[model].with_context(active_test=False)
        if model == "ir.config_parameter":
            records = records.sudo()
        return records.search(
            [
                ("write_date", ">=", affected.begin - CHANGES_BEFORE),
                ("write_date", "<", affected.end),
            ],
            limit=MAX_ENTRIES,
        )

    @api.model
    def _change(self, records):
        """Return an entry for records that one person changed within a minute."""
        is_parameter = records._name == "ir.config_parameter"
        first = records[:_MAX_NAMED]
        names = first.mapped("key" if is_parameter else "display_name")
        if is_parameter:
            names = map(masked_name, names)
        values = {
            "kind": records.env["ir.model"].sudo()._get(records._name).display_name,
            "names": ", ".join(names),
            "more": len(records) - len(first),
        }
        if values["more"]:
            text = formatting.counted(
                values["more"],
                self.env._("Changed: %(kind)s %(names)s and 1 more", **values),
                self.env._("Changed: %(kind)s %(names)s and %(more)s more", **values),
            )
        else:
            text = self.env._("Changed: %(kind)s %(names)s", **values)
        only_one = len(records) == 1 and not is_parameter
        return TimelineEntry(
            records[0].write_date,
            "change",
            text,
            records[0].sudo().write_uid.name or "",
            only_one and records.get_formview_action(),
        )


def _minute_and_person(record):
    """Return what records have in common that were changed together."""
    minute = record.write_date.replace(second=0, microsecond=0)
    return minute, record.sudo().write_uid.id
