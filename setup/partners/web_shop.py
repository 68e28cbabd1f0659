"""The orders of a simulated web shop, in JSON."""

import json

from ..simulators import Answer

NAME = "web_shop"
"""In the simulator."""
PRODUCTS = ("FURN_8888", "FURN_7777", "FURN_8900", "FURN_0096")
"""Internal references in Odoo's demo data."""
REFUSAL = Answer(422, b"the price is lower than the cost", "text/plain")


def order(number: str) -> str:
    """Return an order, the same each time: a customer buys one or two products."""
    position = sum(number.encode())
    bought = (PRODUCTS[(position + step) % len(PRODUCTS)] for step in range(2))
    lines = [{"product": code, "quantity": 1 + position % 3} for code in bought]
    return json.dumps({"number": number, "lines": lines[: 1 + position % 2]})
