"""The steps of a journey after those of the address: as Odoo plans them, for real."""

import contextlib
import ssl
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from . import ending, steps
from .account import Account
from .address import Address
from .deadline import Deadline
from .odoo_client import OdooClient
from .order import Order
from .portal import Portal
from .problems import DOCUMENTS_LEFT, UNKNOWN_STEP, Problem
from .record import Record, StepFailed
from .web_client import WebClient

CLEAN_UP_SECONDS = 30.0
"""Of the clean-up alone: it comes also where the limit is over."""
_COMPANY = "reliability.synthetic.company"
_TRANSFERS_OF_SHIPPED = 2
"""The delivery and its return; nothing else of an attempt may remain."""


class Journey(NamedTuple):
    """A journey of the synthetic company, and how it is executed.

    :ivar code: of the journey in Odoo
    :ivar trusted: verifies certificates
    :ivar database: not needed where the server has only one for the address
    """

    code: str
    address: Address
    trusted: ssl.SSLContext
    account: Account
    database: str | None

    def execute(self, record: Record, deadline: Deadline) -> None:
        """Log in, execute the steps, and clean up, whatever happens.

        :raise StepFailed: a step has failed
        """
        record.hide(self.account.key)
        record.hide(self.account.password)
        odoo = self._odoo(record, deadline)
        with record.step(steps.LOG_IN):
            plan = odoo.call(_COMPANY, "plan", journey=self.code)
            codes, values = _own_steps(plan["steps"]), dict(plan["values"])
        order = Order(odoo, values, is_signed=bool(steps.OF_PORTAL.intersection(codes)))
        web = self._web(record, deadline)
        portal = Portal(web, self.account, self.database, record.hide)
        try:
            for code in codes:
                with record.step(code):
                    _action(code, order, portal)()
        finally:
            # A signal to end may have come; it must not come a second time.
            with ending.deferred(), contextlib.suppress(StepFailed):
                self._clean_up(record, order)

    def _clean_up(self, record, order):
        """Let Odoo clean up what the order has left; without one, nothing has been."""
        if not order.ids:
            return
        odoo = self._odoo(record, Deadline(CLEAN_UP_SECONDS))
        with record.step(steps.CLEAN_UP):
            left = odoo.call(_COMPANY, "clean_up", order_ids=list(order.ids))
            orders, transfers = left["orders"], left["transfers"]
            max_transfers = _TRANSFERS_OF_SHIPPED if order.was_shipped else 0
            if orders > order.was_shipped or transfers > max_transfers:
                count = orders + transfers
                raise Problem(DOCUMENTS_LEFT, document=order.name, state=str(count))

    def _odoo(self, record, deadline):
        web = self._web(record, deadline)
        return OdooClient(web, self.account.key, self.database)

    def _web(self, record, deadline):
        return WebClient(self.address, self.trusted, deadline, record.hide)


def _own_steps(codes):
    """Return the steps between: the first and the last one belong to each journey."""
    return [one for one in codes if one not in (steps.LOG_IN, steps.CLEAN_UP)]


def _action(code: str, order: Order, portal: Portal) -> Callable[[], None]:
    """Return what executes a step.

    :raise Problem: this probe does not know it
    """
    actions = {
        steps.QUOTATION: order.quote,
        steps.RATE: order.rate,
        steps.CONFIRM: order.confirm,
        steps.RESERVE: order.reserve,
        steps.VALIDATE: order.validate,
        steps.LABEL: order.check_label,
        steps.CANCEL: order.cancel,
        steps.PORTAL_LOG_IN: portal.log_in,
        steps.PORTAL_OPEN: partial(portal.open, order),
        steps.PORTAL_SIGN: partial(portal.sign, order),
    }
    if code not in actions:
        raise Problem(UNKNOWN_STEP, expected=code)
    return actions[code]
