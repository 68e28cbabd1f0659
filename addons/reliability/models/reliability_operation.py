"""What is measured."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..runtime.measure import Operation, unwrap, wrap

MIXED = "mixed"
"""The label of a call on records of several companies or warehouses."""


class MeasuredMethod(NamedTuple):
    """A business method and what its calls are counted under.

    :ivar threshold: seconds up to which a call counts as fast
    """

    model: str
    method: str
    service: str
    operation: str
    threshold: float


MEASURED = (
    MeasuredMethod(
        model="sale.order",
        method="action_confirm",
        service="order_processing",
        operation="order_confirmation",
        threshold=3.0,
    ),
)


class ReliabilityOperation(models.AbstractModel):
    _name = "reliability.operation"
    _description = "Measured Operation"

    def _register_hook(self):
        """Measure from the outside: the time of every override is inside."""
        super()._register_hook()
        for measured, model_class in self._measured_classes():
            operation = Operation(
                service=measured.service,
                name=measured.operation,
                threshold=measured.threshold,
                labels_of=_labels_of,
            )
            wrap(model_class, measured.method, operation)

    def _unregister_hook(self):
        for measured, model_class in self._measured_classes():
            unwrap(model_class, measured.method)
        return super()._unregister_hook()

    @api.model
    def _measured_classes(self):
        """Return ``(measured, registry class)`` of what is installed here."""
        return [
            (measured, self.env.registry[measured.model])
            for measured in MEASURED
            if measured.model in self.env.registry
            and hasattr(self.env.registry[measured.model], measured.method)
        ]

    @api.model
    @ormcache("warehouse_id")
    def _warehouse_code(self, warehouse_id):
        """Return a warehouse's code, read once: a call must cost no query.

        In plain SQL, since a record read with other rights would stay in the cache of
        the transaction that we measure.
        """
        query = SQL("SELECT code FROM stock_warehouse WHERE id = %s", warehouse_id)
        rows = self.env.execute_query(query)
        return rows[0][0] if rows else ""


def _labels_of(records):
    """Return the labels ``(company, warehouse)`` of the records of a call.

    Read before the call, since after an SQL error nothing can be read; as the user
    who calls, since what is read stays in the cache that the call then uses.
    """
    companies = _ids(records, "company_id")
    company = str(companies[0]) if len(companies) == 1 else MIXED if companies else ""
    warehouses = _ids(records, "warehouse_id")
    if len(warehouses) != 1:
        return company, MIXED if warehouses else ""
    return company, records.env["reliability.operation"]._warehouse_code(warehouses[0])


def _ids(records, name):
    """Return the ids that a field of the records points to; none if it cannot be read.

    A record that is missing or forbidden makes the call itself fail, in its own words.
    """
    try:
        return records[name].ids if name in records._fields else []
    except Exception:
        return []
