"""Documents of partners: orders in EDIFACT D.96A, and garbage.

The code does not use the library that reads them, so that its errors are found.
"""


def orders(number: str, sender: str, lines: list[tuple[str, int]]) -> str:
    """Return an order.

    :param number: the buyer's order number
    :param sender: the buyer's GLN or name
    :param lines: (product number, quantity); the numbers are those in Odoo
    """
    message = [
        "UNH+1+ORDERS:D:96A:UN",
        f"BGM+220+{number}+9",
        "DTM+137:20261127:102",
        f"NAD+BY+{sender}::92",
    ]
    for position, (product, quantity) in enumerate(lines, 1):
        message += [f"LIN+{position}++{product}:SA", f"QTY+21:{quantity}"]
    message += ["UNS+S", f"UNT+{len(message) + 2}+1"]
    header = f"UNB+UNOC:3+{sender}+ODOO+261127:0800+{number}"
    segments = (header, *message, f"UNZ+1+{number}")
    return "".join(f"{segment}'" for segment in segments)


def garbage(number: str) -> str:
    """Return the content that a partner sends when its own system is broken."""
    page = f"<h1>502 Bad Gateway</h1><p>{number}</p>"
    return f"<!DOCTYPE html><html><body>{page}</body></html>"
