"""A small HTTP server that answers as Odoo's external API and portal do."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from setup import ports

KEY = "0123456789abcdef-the-key-of-the-service-user"
PASSWORD = "the password of the portal user"
LOGIN = "synthetic.portal"
SESSION, TOKEN = "a-session-of-the-portal", "a-csrf-token-of-the-form"
SECRETS = KEY, PASSWORD, SESSION, TOKEN
ORDER, TRANSFER = 12, 34
PLAN = {
    "company_id": 7,
    "warehouse_id": 9,
    "product_id": 5,
    "partner_id": 3,
    "portal_partner_id": 4,
    "price": 100.0,
    "quantity": 1,
    "reference": "SYNTHETIC",
    "carrier_id": 6,
    "carrier": "Parcels",
}
FORM = f'<form><input type="hidden" name="csrf_token" value="{TOKEN}"/></form>'


class FakeOdoo(ThreadingHTTPServer):
    """Has one order at a time, and answers each call as the test wants it.

    :ivar steps: of the plan
    :ivar answers: ``model.method`` or path → status and content instead of the usual
        answer, or a function that is called before it
    :ivar calls: ``model.method`` or path, in their order
    :ivar requests: method of HTTP, path, headers and content of each
    :ivar left: the answer to ``clean_up``
    :ivar dialog: what the dialog for rates was made with
    :ivar tracking, files: what a carrier has given for the transfer
    """

    daemon_threads = True

    def __init__(self, steps=()):
        self.steps, self.answers, self.calls, self.requests = steps, {}, [], []
        self.order, self.transfer, self.delivered = "draft", "confirmed", 0
        self.created, self.left = None, {"orders": 0, "transfers": 0}
        self.dialog, self.tracking, self.files = None, "TRACK-1", 0
        super().__init__((ports.LOOPBACK, 0), _Handler)

    @property
    def url(self):
        return f"http://{ports.LOOPBACK}:{self.server_address[1]}"

    def handle_error(self, *_arguments):
        """Print nothing where the probe has gone away."""

    def api(self, name, values):
        """Return what a method returns."""
        if change := _CHANGES.get(name):
            setattr(self, *change)
            return True
        return getattr(self, f"_{name.replace('.', '_')}")(values)

    def _reliability_synthetic_company_plan(self, _values):
        return {"steps": list(self.steps), "values": PLAN}

    def _reliability_synthetic_company_clean_up(self, _values):
        return self.left

    def _sale_order_create(self, values):
        (self.created,) = values["vals_list"]
        self.order = "draft"
        return [ORDER]

    def _sale_order_read(self, _values):
        known = {"name": "SYN/0012", "amount_untaxed": 100.0, "state": self.order}
        return [{"id": ORDER, "picking_ids": [TRANSFER], **known}]

    def _stock_picking_read(self, _values):
        known = {"state": self.transfer, "carrier_tracking_ref": self.tracking}
        return [{"id": TRANSFER, "name": "SYN/OUT/0001", **known}]

    def _stock_picking_button_validate(self, _values):
        self.transfer, self.delivered = "done", 1
        return True

    def _choose_delivery_carrier_create(self, values):
        (self.dialog,) = values["vals_list"]
        return [56]

    def _choose_delivery_carrier_update_price(self, _values):
        return {"target": "new", "res_id": 56}

    def _choose_delivery_carrier_button_confirm(self, _values):
        return None

    def _ir_attachment_search_count(self, _values):
        return self.files

    def _sale_order_line_search_read(self, _values):
        return [{"id": 1, "qty_delivered": self.delivered}]


_CHANGES = {
    "sale.order.action_quotation_sent": ("order", "sent"),
    "sale.order.action_confirm": ("order", "sale"),
    "sale.order.action_cancel": ("order", "cancel"),
    "stock.picking.action_assign": ("transfer", "assigned"),
}
"""Methods that change nothing but a state."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._receive()
        self._answer_page(*self._page())

    def do_POST(self):
        content = self._receive()
        path = urlsplit(self.path).path
        if path.startswith("/json/2/"):
            self._answer_api(path.removeprefix("/json/2/").replace("/", "."), content)
        elif path.endswith("/accept"):
            self.server.order = "sale"
            self._answer_json(*self._other(path, (200, {"result": {}})))
        else:
            self._log_in(parse_qs(content.decode()))

    def _receive(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = self.command, self.path, dict(self.headers), content
        self.server.requests.append(request)
        return content

    def _answer_api(self, name, content):
        usual = (200, None)
        answer = self._other(name, usual)
        if answer is usual:
            answer = 200, self.server.api(name, json.loads(content))
        self._answer_json(*answer)

    def _other(self, name, usual):
        self.server.calls.append(name)
        found = self.server.answers.get(name, usual)
        return found() or usual if callable(found) else found

    def _page(self):
        """Return status, content and headers of a page."""
        path = urlsplit(self.path).path
        is_known = f"session_id={SESSION}" in self.headers.get("Cookie", "")
        pages = {
            "/web/health": "{}",
            "/web/login": FORM,
            "/my": "your account" if is_known else FORM,
            f"/my/orders/{ORDER}": "<h2>SYN/0012</h2>" if is_known else FORM,
        }
        return self._other(path, (200, pages.get(path, "")))

    def _log_in(self, fields):
        usual = (200, FORM)
        expected = {"login": [LOGIN], "password": [PASSWORD], "csrf_token": [TOKEN]}
        if expected.items() <= fields.items():
            cookie = f"session_id={SESSION}; HttpOnly; Path=/"
            headers = {"Location": fields["redirect"][0], "Set-Cookie": cookie}
            usual = (303, "", headers)
        self._answer_page(*self._other("POST /web/login", usual))

    def _answer_json(self, status, value, headers=()):
        content = value if isinstance(value, str) else json.dumps(value)
        self._answer_page(status, content, headers)

    def _answer_page(self, status, content, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content.encode())))
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_arguments):
        """Print nothing."""


def refusal(name, message, **more):
    """Return the JSON of an error of Odoo."""
    return {"name": name, "message": message, "arguments": [], **more}


@contextmanager
def served(server):
    """Serve until the end of the block."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
