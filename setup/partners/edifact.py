"""Documents of partners: EDIFACT D.96A, and what is none."""

from datetime import datetime

import pydifact.segmentcollection as edifact
from pydifact.segments import Segment


def orders(number: str, sender: str, lines: list[tuple[str, int]]) -> str:
    """Return an order.

    :param number: of the buyer
    :param sender: the buyer's GLN or name
    :param lines: our product numbers, and how many of each
    """
    message = edifact.Message(
        reference_number="1", identifier=("ORDERS", "D", "96A", "UN")
    )
    message.add_segment(Segment("BGM", ["220"], number, "9"))
    message.add_segment(Segment("DTM", ["137", f"{datetime.now():%Y%m%d}", "102"]))
    message.add_segment(Segment("NAD", "BY", [sender, "", "92"]))
    for place, (product, quantity) in enumerate(lines, 1):
        message.add_segment(Segment("LIN", str(place), "", [product, "SA"]))
        message.add_segment(Segment("QTY", ["21", str(quantity)]))
    message.add_segment(Segment("UNS", "S"))
    exchange = edifact.Interchange(
        sender=sender,
        recipient="ODOO",
        control_reference=number,
        syntax_identifier=("UNOC", 3),
    )
    exchange.add_message(message)
    return exchange.serialize()


def garbage(number: str) -> str:
    """Return what a partner sends whose own system has broken down."""
    page = f"<h1>502 Bad Gateway</h1><p>{number}</p>"
    return f"<!DOCTYPE html><html><body>{page}</body></html>"
