"""What is measured."""

import logging
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..runtime.measure import Operation, unwrap, wrap

_logger = logging.getLogger(__name__)


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
        """Measure from the outside: the time of every override is inside.

        What cannot be measured is reported; it must not stop the registry.
        """
        super()._register_hook()
        for measured, model_class in self._measured_classes():
            operation = Operation(
                service=measured.service,
                name=measured.operation,
                threshold=measured.threshold,
                code_of=_warehouse_code,
            )
            try:
                wrap(model_class, measured.method, operation)
            except Exception:
                _logger.exception("%s.%s is not measured", *measured[:2])

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
        return (rows and rows[0][0]) or ""


def _warehouse_code(records, warehouse_id):
    return records.env["reliability.operation"]._warehouse_code(warehouse_id)
