"""Health provider of the warehouses: the backlog of transfers, and late transfers."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import Alert, Backlog, Warehouse, formatting

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
                [("company_id", "in", self.env.companies.ids)],
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
        text = formatting.counted(
            count, _("1 transfer waits"), _("%(count)s transfers wait", count=count)
        )
        if late:
            values = {"late": late, "age": formatting.since(self.env, oldest)}
            late_text = formatting.counted(
                late,
                _("1 is late by %(age)s", **values),
                _("%(late)s are late, the first by %(age)s", **values),
            )
            text = f"{text}, {late_text}"
        return text, self._open_transfers(scope, _OPEN)

    @api.model
    def _alerts(self, scope):
        alerts = super()._alerts(scope)
        transfers = self.env["stock.picking"]
        if not transfers.has_access("read"):
            return alerts
        domain = _OPEN + _late() + _in_scope(scope)
        ((count, oldest),) = transfers._read_group(
            domain, [], ["__count", "scheduled_date:min"]
        )
        if count:
            values = {"count": count, "age": formatting.since(self.env, oldest)}
            text = formatting.counted(
                count,
                self.env._(
                    "1 transfer of the last 24 hours is late, by %(age)s", **values
                ),
                self.env._(
                    "%(count)s transfers of the last 24 hours are late, the first by"
                    " %(age)s",
                    **values,
                ),
            )
            action = self._open_transfers(scope, _OPEN + _late())
            alerts.append(
                Alert(
                    "transfers_late",
                    "fine",  # the service's threshold for late work decides on trouble
                    text,
                    self.env._("Open transfers"),
                    action,
                    transfers.has_access("write"),
                )
            )
        return alerts

    @api.model
    def _open_transfers(self, scope, domain):
        """Return an action that opens transfers, the one due first on top."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": domain + _in_scope(scope),
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
