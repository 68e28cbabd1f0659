"""Sales orders, confirmed over the external API by real users."""

import http.client
import threading
import xmlrpc.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

# Fault codes of what Odoo refuses: in the user's words, for want of a login, of rights.
REFUSALS = {2, 3, 4}
_PATIENCE = 60  # seconds until an unanswered request counts as broken
_BATCH = 50


class ApiUser:
    """A user of one database's external API, from any number of threads.

    :param url: the server, without a slash at the end.
    """

    def __init__(self, url, database, login, password):
        self._address = url.removeprefix("http://")
        self._identity = (database, None, password)
        common = self._proxy("common")
        uid = common.authenticate(database, login, password, {})
        if not uid:
            raise PermissionError(f"{login} may not log in to {database}")
        self._identity = (database, uid, password)

    def call(self, model, method, *arguments, **named):
        """Call a method.

        :raise xmlrpc.client.Fault: Odoo refused or failed
        :raise OSError, http.client.HTTPException: nobody knows how it ended
        """
        proxy = self._proxy("object")
        return proxy.execute_kw(*self._identity, model, method, arguments, named)

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(
            f"http://{self._address}/xmlrpc/2/{service}",
            transport=_OneTry(),
            allow_none=True,
        )


class _OneTry(xmlrpc.client.Transport):
    """A connection a request, and no second try that the caller does not know of."""

    def request(self, host, handler, request_body, verbose=False):
        try:
            return self.single_request(host, handler, request_body, verbose)
        finally:
            self.close()

    def make_connection(self, host):
        return http.client.HTTPConnection(host, timeout=_PATIENCE)


class Confirmations:
    """Lets users confirm orders, several at a time, and keeps what each was told.

    :ivar answers: ``confirmed``, ``refused``, ``failed`` (any other answer of Odoo) or
        ``broken`` (no answer) → how often
    :ivar confirmed: the ids of the orders that a user saw confirmed
    """

    def __init__(self):
        self._lock = threading.Lock()
        self.answers = Counter()
        self.confirmed = set()

    def run(self, attempts, at_a_time=4):
        """Make a call for each ``(user, order)``."""
        with ThreadPoolExecutor(at_a_time) as pool:
            list(pool.map(self._confirm, *zip(*attempts, strict=True)))

    def _confirm(self, user, order):
        answer = self._ask(user, order)
        with self._lock:
            self.answers[answer] += 1
            if answer == "confirmed":
                self.confirmed.add(order)

    @staticmethod
    def _ask(user, order):
        try:
            user.call("sale.order", "action_confirm", [order])
        except xmlrpc.client.Fault as fault:
            return "refused" if fault.faultCode in REFUSALS else "failed"
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError):
            return "broken"
        return "confirmed"


def make_orders(user, count):
    """Make quotations over Odoo's demo customers and goods.

    :return: their ids.
    """
    customers = user.call("res.partner", "search", [("is_company", "=", True)])
    goods = user.call(
        "product.product", "search", [("sale_ok", "=", True), ("type", "=", "consu")]
    )
    orders = [_order(number, customers, goods) for number in range(count)]
    ids = []
    for start in range(0, count, _BATCH):
        ids += user.call("sale.order", "create", orders[start : start + _BATCH])
    return ids


def _order(number, customers, goods):
    lines = [
        {"product_id": goods[(number + line) % len(goods)], "product_uom_qty": 1 + line}
        for line in range(1 + number % 3)
    ]
    return {
        "partner_id": customers[number % len(customers)],
        "order_line": [(0, 0, line) for line in lines],
    }
