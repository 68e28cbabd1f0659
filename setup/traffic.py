"""Traffic of real users over the external API: orders, transfers, invoices."""

import http.client
import threading
import xmlrpc.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from xml.parsers.expat import ExpatError

# Fault codes of refusals: UserError, AccessDenied, AccessError.
REFUSALS = {2, 3, 4}
_TIMEOUT = 180  # seconds until an unanswered request counts as broken
_BATCH = 50


class ApiUser:
    """A user of one database's external API, for any number of threads.

    :param url: the server, without a slash at the end
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
        """Call a method of a model.

        :raise xmlrpc.client.Fault: Odoo refused or failed
        :raise OSError, http.client.HTTPException: the outcome is unknown
        """
        proxy = self._proxy("object")
        return proxy.execute_kw(*self._identity, model, method, arguments, named)

    def ref(self, name):
        """Return the id of a record.

        :param name: its external id, such as ``reliability.service_platform``
        """
        names = name.split(".")
        find = "ir.model.data", "check_object_reference"
        return self.call(*find, *names, True)[1]

    def run_scheduled(self, name):
        """Run a scheduled action at once, and return what Odoo answers.

        :param name: its external id
        """
        return self.call("ir.cron", "method_direct_trigger", [self.ref(name)])

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(
            f"http://{self._address}/xmlrpc/2/{service}",
            transport=_SingleAttempt(),
            allow_none=True,
        )


class _SingleAttempt(xmlrpc.client.Transport):
    """A new connection for each request, without the standard library's retry."""

    def request(self, host, handler, request_body, verbose=False):
        try:
            return self.single_request(host, handler, request_body, verbose)
        except ExpatError as cut:  # the server died after the headers
            raise ConnectionResetError("the answer was cut off") from cut
        finally:
            self.close()

    def make_connection(self, host):
        return http.client.HTTPConnection(host, timeout=_TIMEOUT)


class Calls:
    """Parallel calls of a method by users, counted by answer.

    :param context: of Odoo's client
    :ivar answers: ``done``, ``dialog`` (Odoo opened a dialog instead), ``refused``,
        ``failed`` (any other answer of Odoo) or ``broken`` (no answer) → calls
    :ivar done: the ids of the records with the answer ``done``
    """

    def __init__(self, model, method, **context):
        self._method = model, method
        self._context = context
        self._lock = threading.Lock()
        self.answers = Counter()
        self.done = set()

    def run(self, attempts, at_a_time=4):
        """Make a call for each ``(user, record id)``."""
        with ThreadPoolExecutor(at_a_time) as pool:
            list(pool.map(self._call, *zip(*attempts, strict=True)))

    def _call(self, user, record):
        answer = self._answer(user, record)
        with self._lock:
            self.answers[answer] += 1
            if answer == "done":
                self.done.add(record)

    def _answer(self, user, record):
        try:
            result = user.call(*self._method, [record], context=self._context)
        except xmlrpc.client.Fault as fault:
            return "refused" if fault.faultCode in REFUSALS else "failed"
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError):
            return "broken"
        is_dialog = isinstance(result, dict) and result.get("target") == "new"
        return "dialog" if is_dialog else "done"


def confirmations():
    """Return calls that confirm sales orders."""
    return Calls("sale.order", "action_confirm")


def make_orders(user, count, **values):
    """Make quotations for Odoo's demo customers and goods.

    :param values: more fields of each, such as ``company_id``
    :return: their ids
    """
    customers = user.call("res.partner", "search", [("is_company", "=", True)])
    goods = user.call(
        "product.product", "search", [("sale_ok", "=", True), ("type", "=", "consu")]
    )
    orders = [{**_order(number, customers, goods), **values} for number in range(count)]
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


def pick_transfers(user, picked, short, untouched):
    """Prepare deliveries: so many picked, picked in part, and not picked.

    :return: the ids of all; the last ones have nothing to validate
    """
    ready = user.call(
        "stock.picking",
        "search",
        [
            ("state", "=", "assigned"),
            ("picking_type_code", "=", "outgoing"),
            # With a carrier, Odoo opens a dialog about the number of packages.
            ("carrier_id", "=", False),
        ],
        limit=picked + short,
    )
    in_part = set(ready[picked:])
    domain = [("picking_id", "in", ready)]
    fields = ["picking_id", "product_uom_qty"]
    for move in user.call("stock.move", "search_read", domain, fields):
        share = 0.5 if move["picking_id"][0] in in_part else 1.0
        values = {"picked": True, "quantity": share * move["product_uom_qty"]}
        user.call("stock.move", "write", [move["id"]], values)
    waiting = [("state", "=", "confirmed"), ("picking_type_code", "=", "outgoing")]
    return ready + user.call("stock.picking", "search", waiting, limit=untouched)


def make_invoices(user, count):
    """Make draft invoices for Odoo's demo customers; return their ids."""
    customers = user.call("res.partner", "search", [("is_company", "=", True)])
    line = {"name": "Handling", "quantity": 1, "price_unit": 12.5}
    return user.call(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "partner_id": customers[number % len(customers)],
                "invoice_line_ids": [(0, 0, line)],
            }
            for number in range(count)
        ],
    )
