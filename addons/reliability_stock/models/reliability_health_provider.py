"""Health provider of the warehouses: the backlog of transfers, and late transfers."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    INFORMATION,
    Alert,
    AlertText,
    Backlog,
    Warehouse,
    formatting,
)

PROVIDER = "stock"
_TRANSFERS = "transfers"
_OPEN = [("state", "in", ("confirmed", "waiting", "assigned"))]
_MAX_LATE = timedelta(days=1)
"""A transfer late for longer is abandoned and says nothing about today."""


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _warehouses(self):
        warehouses = (
            self.env["stock.warehouse"]
            .sudo()
            .search_fetch(
                [("company_id", "in", self._business_companies())],
                ["name", "code", "company_id"],
            )
        )
        own = self.env.user.sudo()._get_default_warehouse_id()
        return super()._warehouses() + [
            Warehouse(
                warehouse.id, warehouse.name, warehouse.code, warehouse.company_id.id
            )
            for warehouse in (own & warehouses) | warehouses
        ]

    @api.model
    def _backlogs(self):
        groups = self._read_transfers(_OPEN, ["__count"])
        late = self._read_transfers(_OPEN + _late(), ["__count", "scheduled_date:min"])
        return super()._backlogs() + [
            Backlog(
                _TRANSFERS,
                "warehouse_execution",
                company.id,
                warehouse.code or "",
                count,
                *late.get((company, warehouse), (0, None)),
            )
            for (company, warehouse), (count,) in groups.items()
        ]

    @api.model
    def _read_transfers(self, domain, aggregates):
        """Return (company, warehouse) → aggregates of transfers."""
        by_warehouse = {}
        groups = (
            self.env["stock.picking"]
            .sudo()
            ._read_group(domain, ["company_id", "picking_type_id"], aggregates)
        )
        for company, picking_type, *values in groups:
            key = company, picking_type.warehouse_id
            known = by_warehouse.get(key)
            by_warehouse[key] = _sum(known, values) if known else values
        return by_warehouse

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _TRANSFERS:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        _ = self.env._
        if not late:
            text = formatting.counted(
                count, _("1 transfer waits"), _("%(count)s transfers wait", count=count)
            )
        else:
            age = formatting.since(self.env, oldest)
            values = {"count": count, "late": late, "age": age}
            text = formatting.counted(
                late,
                _("1 of %(count)s open transfers is late, by %(age)s", **values),
                _(
                    "%(late)s of %(count)s open transfers are late, the first by"
                    " %(age)s",
                    **values,
                ),
            )
        return text, self._open_transfers(_OPEN + _in_scope(scope))

    @api.model
    def _alerts(self):
        late = self._read_transfers(_OPEN + _late(), ["__count", "scheduled_date:min"])
        return super()._alerts() + [
            Alert(
                PROVIDER,
                "late",
                "warehouse_execution",
                # The service's threshold for late work decides on trouble.
                INFORMATION,
                count,
                oldest,
                company_id=company.id,
                warehouse=warehouse.code or "",
            )
            for (company, warehouse), (count, oldest) in late.items()
        ]

    @api.model
    def _describe_alert(self, alert):
        if alert.provider != PROVIDER:
            return super()._describe_alert(alert)
        values = {
            "count": alert.count,
            "age": formatting.since(self.env, alert.since),
        }
        text = formatting.counted(
            alert.count,
            self.env._("1 transfer of the last 24 hours is late, by %(age)s", **values),
            self.env._(
                "%(count)s transfers of the last 24 hours are late, the first by"
                " %(age)s",
                **values,
            ),
        )
        return AlertText(
            text,
            self.env._("Open transfers"),
            self._open_transfers(_OPEN + _late() + self._transfers_of(alert)),
        )

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER:
            return super()._can_act_on(alert)
        return self.env["stock.picking"].has_access("write")

    @api.model
    def _transfers_of(self, alert):
        """Return the domain of the company and the warehouse of an alert."""
        if alert.warehouse:
            warehouse = ("picking_type_id.warehouse_id.code", "=", alert.warehouse)
        else:
            warehouse = ("picking_type_id.warehouse_id", "=", False)
        return [("company_id", "=", alert.company_id), warehouse]

    @api.model
    def _open_transfers(self, domain):
        """Return an action that opens transfers, the one due first on top.

        :return: ``False`` if the user may not read them
        """
        if not self.env["stock.picking"].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": domain,
            "context": {"contact_display": "partner_address"},
        }


def _late():
    now = fields.Datetime.now()
    return [("scheduled_date", "<", now), ("scheduled_date", ">=", now - _MAX_LATE)]


def _in_scope(scope):
    if scope.warehouse:
        return [("picking_type_id.warehouse_id", "=", scope.warehouse.id)]
    return [("company_id", "in", list(scope.companies))]


def _sum(values, others):
    """Return the sum of the counts, and the earlier one of the times."""
    count, *times = others
    return [values[0] + count, *map(min, values[1:], times)]
