"""A route of another addon that :mod:`..collector.probes` answers before it."""

import logging

from odoo import models

from ..instrumentation.guard import guarded
from ..odoo_conf import settings

_logger = logging.getLogger(__name__)

_hidden: dict[str, str] = {}
"""Database → the Python module with a route that is ours."""


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def _generate_routing_rules(self, modules, converters):
        db = self.env.cr.dbname
        _hidden.pop(db, None)
        for url, endpoint in super()._generate_routing_rules(modules, converters):
            _check(db, url, endpoint)
            yield url, endpoint

    def _reliability_hidden_module(self):
        """Return the module whose route is ours, as of the routes of this worker."""
        return _hidden.get(self.env.cr.dbname, "")


@guarded
def _check(db, url, endpoint):
    """Note a route that cannot be reached, and log it."""
    if url.rstrip("/") != settings().metrics_route:
        return
    _hidden[db] = endpoint.__module__
    _logger.warning(
        "The route %s of %s cannot be reached, since Reliability answers it. To move"
        " that of Reliability, set metrics_route in section [reliability] of odoo.conf"
        " and restart Odoo",
        url,
        endpoint.__module__,
    )
