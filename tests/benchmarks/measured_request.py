"""The cost of measuring a request, from the server's call to its event.

Compared is processor time of Python.  Prints a table in Markdown; ``make bench`` saves
it in ``docs/benchmarks.md``.
"""

import os
import time
from functools import partial
from types import SimpleNamespace

from odoo import http
from odoo.orm.registry import Registry
from odoo.tools import config

config.parse_config(["-c", os.environ["ODOO_RC"], "--logfile", os.devnull])

from _cost import print_costs  # noqa: E402 - reads the settings

from odoo.addons.reliability.instrumentation import http as requests  # noqa: E402

from setup import paired  # noqa: E402

REQUESTS = 500
LIMIT = 19e-6
"""Seconds that measuring adds to each request."""


def answer(application, environ, sample):
    """Time requests to an application."""
    with sample.timed(time.thread_time, REQUESTS):
        for _request in range(REQUESTS):
            application(None, environ, lambda status, headers: None)


def main():
    registry = Registry(config["db_name"][0])
    request = SimpleNamespace(db=registry.db_name, registry=registry)
    http._request_stack.push(request)

    def plain(_self, _environ, start_response):
        start_response("200 OK", [])
        return []

    def answering(_self, _environ, start_response):
        requests._set_route(request, "/web/dataset/call_kw/<path:path>")
        start_response("200 OK", [])
        return []

    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/web/dataset/call_kw/x/y"}
    sides = requests._wrap_application(answering), plain
    timed = (partial(answer, side, environ) for side in sides)
    print_costs({"a request": paired.Sides(*timed)}, LIMIT)


if __name__ == "__main__":
    main()
