import requests

from odoo import api, models

from odoo.addons.queue_job.exception import RetryableJobError

_SYSTEM = "web_shop"
"""Its name in the simulator."""
_CUSTOMER = "base.res_partner_4"
_TIMEOUT, _CATALOG_TIMEOUT = 5.0, 60.0  # seconds
_PAUSE = 2
"""Seconds until the shop is asked again when it is not available."""


class SimulatedShop(models.AbstractModel):
    """A connector of a web shop, whose work is done by jobs of queue_job."""

    _name = "simulated.shop"
    _description = "Web Shop"

    @api.model
    def import_orders(self, first, count):
        """Create a job for each of some orders, numbered consecutively."""
        for number in range(first, first + count):
            self._import_later(number)
        return True

    @api.model
    def import_one_by_one(self, first, count, seconds):
        """Create a job for an order; it creates the one for the next order."""
        self._import_later(first, count - 1, seconds)
        return True

    @api.model
    def import_catalog(self):
        """Create a job that is given up when three workers have died of it."""
        job = self.with_delay(description="Import the catalog", max_retries=1)
        job._import_catalog()
        return True

    @api.model
    def send_prices(self, codes):
        """Create a job for the price of each product; they run in this order."""
        for code in codes:
            self.with_delay(description=f"Send the price of {code}")._send_price(code)
        return True

    def _import_later(self, number, more=0, seconds=0, eta=None):
        job = self.with_delay(description=f"Import order WEB-{number}", eta=eta)
        job._import_order(number, more, seconds)

    def _import_order(self, number, more, seconds):
        """Create a sales order.

        :param more: how many orders follow this one, one by one
        :param seconds: between two of them
        """
        partner = self.env["simulated.partner"]
        content = self._fetch(f"WEB-{number}", _TIMEOUT).json()
        lines = [([line["product"]], line["quantity"]) for line in content["lines"]]
        customer = self.env.ref(_CUSTOMER)
        order = partner._make_order(customer, content["number"], lines)
        if more:
            self._import_later(number + 1, more - 1, seconds, eta=seconds)
        return f"{order.name} was created"

    def _import_catalog(self):
        self._fetch("catalog", _CATALOG_TIMEOUT)

    def _send_price(self, code):
        product = self.env["simulated.partner"]._product([code])
        url = self.env["simulated.partner"]._address(_SYSTEM, "in", f"price-{code}")
        answer = requests.post(url, json=product.list_price, timeout=_TIMEOUT)
        self.env["simulated.partner"]._check(answer)

    def _fetch(self, name, timeout):
        """Return what the shop answers.

        :raise RetryableJobError: the shop is not available now
        :raise requests.HTTPError: it cannot answer
        """
        url = self.env["simulated.partner"]._address(_SYSTEM, "out", name)
        answer = requests.get(url, timeout=timeout)
        if answer.status_code == 503:
            raise RetryableJobError("The web shop is not available", seconds=_PAUSE)
        answer.raise_for_status()
        return answer
