"""Documents of partners: EDIFACT D.96A, and what is none.

Written by hand, as partners' systems do: what makes them must not be what reads them.
"""


def orders(number: str, sender: str, lines: list[tuple[str, int]]) -> str:
    """Return an order.

    :param number: of the buyer
    :param sender: the buyer's GLN or name
    :param lines: our product numbers, and how many of each
    """
    message = [
        "UNH+1+ORDERS:D:96A:UN",
        f"BGM+220+{number}+9",
        "DTM+137:20261127:102",
        f"NAD+BY+{sender}::92",
    ]
    for place, (product, quantity) in enumerate(lines, 1):
        message += [f"LIN+{place}++{product}:SA", f"QTY+21:{quantity}"]
    message += ["UNS+S", f"UNT+{len(message) + 2}+1"]
    header = f"UNB+UNOC:3+{sender}+ODOO+261127:0800+{number}"
    return "".join(f"{of}'" for of in (header, *message, f"UNZ+1+{number}"))


def garbage(number: str) -> str:
    """Return what a partner sends whose own system has broken down."""
    page = f"<h1>502 Bad Gateway</h1><p>{number}</p>"
    return f"<!DOCTYPE html><html><body>{page}</body></html>"
