"""What measuring a request costs, from the server's call to its event.

Prints a table in Markdown; ``make bench`` saves it in ``docs/benchmarks.md``.
"""

import os
import statistics
import time
from types import SimpleNamespace

from odoo import http
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from odoo.addons.reliability.runtime import requests  # noqa: E402 - reads settings
from odoo.addons.reliability.runtime.recording import recorder  # noqa: E402

ROUNDS, REQUESTS = 30, 500


def microseconds(application, environ):
    """Return the time of a request."""
    started = time.perf_counter()
    for _request in range(REQUESTS):
        application(None, environ, lambda status, headers: None)
    return (time.perf_counter() - started) / REQUESTS * 1e6


def main():
    registry = Registry(config["db_name"][0])
    request = SimpleNamespace(db=registry.db_name, registry=registry)
    http._request_stack.push(request)

    def plain(_self, _environ, start_response):
        start_response("200 OK", [])
        return []

    def answering(_self, _environ, start_response):
        requests._note_route(request, "/web/dataset/call_kw/<path:path>")
        start_response("200 OK", [])
        return []

    measured = requests._serving(answering)
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/web/dataset/call_kw/x/y"}
    microseconds(measured, environ)
    before = recorder()._slot.drops()
    pairs = [
        (microseconds(measured, environ), microseconds(plain, environ))
        for _round in range(ROUNDS)
    ]
    assert recorder()._slot.drops() == before, "not all was recorded"
    with_us, without = map(statistics.median, zip(*pairs, strict=True))
    cost = statistics.median(a - b for a, b in pairs)
    print("| measured | as it is | cost of measuring |")
    print("|---|---|---|")
    print(f"| {with_us:.1f} µs | {without:.1f} µs | {cost:.1f} µs |")


if __name__ == "__main__":
    main()
