"""What files write into services, operations and objectives, and read of them."""

from odoo import Command, api, models

from odoo.addons.reliability_health.models.reliability_alert_thresholds import (
    THRESHOLDS,
)

from .. import burn_rate, objective, window
from ..files import openslo
from ..files.content import Operation, Service, Thresholds
from ..files.writing import write

_GAUGE_FIELDS = ("gauge", "comparison")


class ReliabilityManaged(models.AbstractModel):
    _inherit = "reliability.managed"

    @api.model
    def _apply_document(self, item, file):
        """Write what a document says into the record with its code.

        :param str file: the name of the file
        :return: the record, or none
        """
        record = self.search([("code", "=", item.code)])
        if record:
            record._write_changed(self._document_values(item) | {"managed_file": file})
        return record

    @api.model
    def _document_values(self, item):
        """Return the values of a document, for `write`."""
        return {
            field: getattr(item.thresholds, name)
            for name, field in THRESHOLDS.items()
            if getattr(item.thresholds, name) is not None
        }

    def _write_changed(self, values):
        """Write the values that differ from those of this record."""
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changed:
            self.write(changed)

    def _share_thresholds(self):
        """Return the thresholds of this record, without those that it does not have.

        :rtype: Thresholds
        """
        return Thresholds(
            **{name: self[field] or None for name, field in THRESHOLDS.items()}
        )

    def _release(self):
        """Let people change records that no document manages any more."""
        self.write({"managed_file": False})


class ReliabilityService(models.Model):
    _name = "reliability.service"
    _inherit = ["reliability.service", "reliability.managed"]
    _managed_fields = frozenset({"owner_id", "late_threshold", *THRESHOLDS.values()})

    @api.model
    def _document_values(self, item):
        values = super()._document_values(item)
        if item.owner:
            values["owner_id"] = self.env["reliability.files"]._user(item.owner).id
        if item.late_minutes is not None:
            values["late_threshold"] = item.late_minutes
        return values

    def _as_document(self):
        return Service(
            self.code,
            self.name,
            self.description or "",
            self.owner_id.login or "",
            self._share_thresholds(),
            self.late_threshold,
        )

    @api.model
    def _apply_document(self, item, file):
        if not item.has_values:
            return self.browse()
        return super()._apply_document(item, file)


class ReliabilityOperation(models.Model):
    _name = "reliability.operation"
    _inherit = ["reliability.operation", "reliability.managed"]
    _managed_fields = frozenset({"threshold", *THRESHOLDS.values()})

    @api.model
    def _document_values(self, item):
        values = super()._document_values(item)
        if item.latency is not None:
            values["threshold"] = item.latency
        return values

    def _as_document(self):
        return Operation(self.code, self.name, self.threshold, self._share_thresholds())


class ReliabilitySlo(models.Model):
    _name = "reliability.slo"
    _inherit = ["reliability.slo", "reliability.managed"]
    _managed_fields = frozenset(
        {
            *("name", "code", "active", "service_id", "owner_id", "description"),
            *("measure", "family", "operations", "operation_ids", "system"),
            *("gauge", "comparison", "bound", "goal", "goal_ppm", "window", "zone"),
            *("budgeting", "slice_length", "slice_minutes", "slice_goal"),
            *("slice_goal_ppm", "split", "calendar_id", "alert_ids"),
        }
    )

    @api.model
    def _apply_document(self, item, file):
        values = self._document_values(item) | {"managed_file": file}
        slo = self.search([("code", "=", item.code)])
        if not slo:
            slo = self.create(values | {"code": item.code})
        elif (slo.goal_ppm, slo.window) != (item.goal_ppm, item.window):
            slo._write_changed(values | {"alert_ids": self._alert_commands(item)})
        else:
            slo._write_changed(values)
        slo._write_texts(item)
        return slo

    @api.model
    def _alert_commands(self, item):
        """Return commands that replace the alerts of an objective by the usual ones."""
        alerts = self.env["reliability.slo.alert"]
        pairs = burn_rate.usable_pairs(item.goal_ppm, window.length(item.window))
        return [Command.clear()] + [
            Command.create(alerts._values(pair)) for pair in pairs
        ]

    @api.model
    def _document_values(self, item):
        files = self.env["reliability.files"]
        values = {
            "active": True,
            "service_id": self.env["reliability.service"]._by_code(item.service).id,
            "goal_ppm": item.goal_ppm,
            "window": item.window,
            "measure": item.measure,
            "bound": item.bound,
            "family": item.family,
            "operations": ",".join(item.operations) or False,
            "system": item.system or False,
            "budgeting": item.budgeting,
            "split": item.split,
            "calendar_id": False,
        }
        if item.calendar:
            values["calendar_id"] = files._calendars(item.calendar).id
        if item.owner:
            values["owner_id"] = files._user(item.owner).id
        if item.measure == objective.GAUGE:
            values |= {name: getattr(item, name) for name in _GAUGE_FIELDS}
        if item.window in window.CALENDAR:
            values["zone"] = item.zone
        if item.budgeting != objective.EVENTS:
            values["slice_minutes"] = item.slice_minutes
        if item.budgeting == objective.SLICES:
            values["slice_goal_ppm"] = item.slice_goal_ppm
        return values

    def _write_texts(self, item):
        """Write name and description in all languages: files have one."""
        names = {item.code, openslo.name(item.code)}
        texts = {
            "name": False if item.name in names else item.name,
            "description": item.description or False,
        }
        for lang, _name in self.env["res.lang"].get_installed():
            self.with_context(lang=lang)._write_changed(texts)

    def _as_openslo(self):
        """Return these objectives, their services and operations as OpenSLO v1.

        Names and descriptions are in the language of the reader.
        """
        services = self.service_id
        operations = services.operation_ids
        return write(
            [slo._specification() for slo in self],
            [service._as_document() for service in services],
            [operation._as_document() for operation in operations],
        )

    def _release(self):
        """Archive objectives that only a file had; those of the app remain."""
        result = super()._release()
        self.filtered(lambda slo: not slo._is_shipped()).active = False
        return result
