"""Parcels that missed a truck during an incident."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.reliability.api import MAX_RECORDS, LocalDay, formatting

_DAY = timedelta(days=1)
_PARCELS, _SERVICE = "missed_parcels", "shipping"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Add the parcels that were not ready when a truck left."""
        impacts = super()._impacts(affected)
        if _SERVICE not in affected.services:
            return impacts
        missed = [
            self._parcels_that_missed(key, departure)
            for key in self.env["reliability.cutoff"]._cutoff_keys()
            for departure in key.departures_between(affected.begin, affected.end)
        ]
        if not missed:
            return impacts
        warehouse = "picking_type_id.warehouse_id.code"
        parcels = (
            self.env["stock.picking"]
            .sudo()
            .search(
                affected.domain(warehouse=warehouse) & Domain.OR(missed),
                limit=MAX_RECORDS + 1,
            )
        )
        return impacts + self._group_impacts(_PARCELS, parcels, warehouse)

    @api.model
    def _parcels_that_missed(self, key, departure):
        """Return the domain of the parcels that were due and not ready at a departure.

        Those packed since are among them: they had missed that truck.
        """
        day = LocalDay.containing(departure, key.tz)
        due = Domain("scheduled_date", ">=", day.begin - _DAY)
        due &= Domain("scheduled_date", "<", departure)
        late = Domain("state", "in", ("confirmed", "waiting", "assigned")) | (
            Domain("state", "=", "done") & Domain("date_done", ">=", departure)
        )
        return self._parcels_of_truck(key) & due & late

    @api.model
    def _describe_impact(self, impact):
        if impact.kind != _PARCELS:
            return super()._describe_impact(impact)
        action = self._open_impact(self.env._("Parcels"), "stock.picking", impact)
        return self._describe_missed_parcels(impact), action

    @api.model
    def _describe_missed_parcels(self, impact):
        _, count = self.env._, impact.count
        if impact.is_least:
            return _("At least %(count)s parcels missed the truck", count=count)
        return formatting.counted(
            count,
            _("1 parcel missed the truck"),
            _("%(count)s parcels missed the truck", count=count),
        )
