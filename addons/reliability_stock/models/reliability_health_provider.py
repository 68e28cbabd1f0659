"""How things stand in the warehouses: what waits, what is late, and what to do."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import Alert, Backlog, Warehouse, formatting

_TRANSFERS = "transfers"
_OPEN = [("state", "in", ("confirmed", "waiting", "assigned"))]
_LATE_SINCE = timedelta(days=1)
"""What is late for longer has been left lying: it says nothing about today."""


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
        found = (own & warehouses) | warehouses
        return super()._warehouses() + [
            Warehouse(of.id, of.name, of.code, of.company_id.id) for of in found
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
        """Return aggregates of transfers by company and warehouse."""
        found = {}
        groups = (
            self.env["stock.picking"]
            .sudo()
            ._read_group(domain, ["company_id", "picking_type_id"], aggregates)
        )
        for company, kind, *values in groups:
            key = company, kind.warehouse_id
            found[key] = _added(found[key], values) if key in found else values
        return found

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        if kind != _TRANSFERS:
            return super()._describe_backlog(kind, scope, count, late, oldest)
        _ = self.env._
        text = formatting.counted(
            count, _("1 transfer waits"), _("%(count)s transfers wait", count=count)
        )
        if late:
            words = {"late": late, "age": formatting.since(self.env, oldest)}
            late_ones = formatting.counted(
                late,
                _("1 is late by %(age)s", **words),
                _("%(late)s are late, the first by %(age)s", **words),
            )
            text = f"{text}, {late_ones}"
        return text, self._open_transfers(scope, _OPEN)

    @api.model
    def _alerts(self, scope):
        found = super()._alerts(scope)
        transfers = self.env["stock.picking"]
        if not transfers.has_access("read"):
            return found
        late = _OPEN + _late() + _of(scope)
        ((count, oldest),) = transfers._read_group(
            late, [], ["__count", "scheduled_date:min"]
        )
        if count:
            words = {"count": count, "age": formatting.since(self.env, oldest)}
            text = formatting.counted(
                count,
                self.env._("1 transfer of today is late, by %(age)s", **words),
                self.env._(
                    "%(count)s transfers of today are late, the first by %(age)s",
                    **words,
                ),
            )
            action = self._open_transfers(scope, _OPEN + _late())
            found.append(
                Alert(
                    "transfers_late",
                    "fine",  # unless the service's limit for late work says otherwise
                    text,
                    self.env._("Open transfers"),
                    action,
                    transfers.has_access("write"),
                )
            )
        return found

    @api.model
    def _open_transfers(self, scope, domain):
        """Return an action that opens transfers, the first to be done on top."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": domain + _of(scope),
            "context": {"contact_display": "partner_address"},
        }


def _late():
    now = fields.Datetime.now()
    return [("scheduled_date", "<", now), ("scheduled_date", ">=", now - _LATE_SINCE)]


def _of(scope):
    if scope.warehouse:
        return [("picking_type_id.warehouse_id", "=", scope.warehouse.id)]
    return [("company_id", "in", list(scope.companies))]


def _added(some, others):
    """Add counts, and keep the earlier time."""
    count, *oldest = others
    return [some[0] + count, *map(min, some[1:], oldest)]
