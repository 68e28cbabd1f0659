"""Parser for orders in EDIFACT and UBL."""

import warnings
from typing import NamedTuple

import pydifact.segmentcollection as edifact
from lxml import etree
from pydifact.exceptions import EDISyntaxError

_ORDER = "{urn:oasis:names:specification:ubl:schema:xsd:Order-2}Order"
_UBL = {
    kind: f"urn:oasis:names:specification:ubl:schema:xsd:Common{name}-2"
    for kind, name in (("cac", "AggregateComponents"), ("cbc", "BasicComponents"))
}


class Order(NamedTuple):
    """An order of a partner.

    :ivar number: the partner's order number
    :ivar lines: (product codes, the preferred one first; quantity)
    """

    number: str
    lines: list[tuple[list[str], float]]


def read(text: str) -> Order:
    """Parse a document.

    :raise ValueError: the document is no order, or damaged
    """
    try:
        if text.lstrip().startswith("<?xml"):
            return _read_ubl(text)
        return _read_edifact(text)
    except (EDISyntaxError, etree.XMLSyntaxError) as error:
        raise ValueError(f"{error} It begins: {text[:40]}") from error


def _read_edifact(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about segments without a schema
        (message,) = edifact.Interchange.from_str(text).get_messages()
    if message.type != "ORDERS":
        raise ValueError(f"Not an order, but {message.type}")
    number, lines = "", []
    for segment in message.segments:
        elements = segment.elements
        match segment.tag:
            case "BGM":
                number = elements[1]
            case "LIN":
                lines.append([[element[0] for element in elements[2:3]], 1.0])
            case "PIA":
                lines[-1][0] += [element[0] for element in elements[1:]]
            case "QTY" if elements[0][0] == "21":
                lines[-1][1] = float(elements[0][1])
    return Order(number, [([*filter(None, codes)], count) for codes, count in lines])


def _read_ubl(text):
    root = etree.fromstring(text.encode())
    if root.tag != _ORDER:
        raise ValueError(f"Not an order, but {etree.QName(root).localname}")
    lines = []
    for line in root.iterfind(".//cac:OrderLine/cac:LineItem", _UBL):
        codes = [
            line.findtext(f"cac:Item/cac:{party}ItemIdentification/cbc:ID", "", _UBL)
            for party in ("Standard", "Sellers", "Buyers")
        ]
        codes.append(line.findtext("cac:Item/cbc:Name", "", _UBL))
        count = float(line.findtext("cbc:Quantity", "1", _UBL))
        lines.append(([*filter(None, codes)], count))
    return Order(root.findtext("cbc:ID", "", _UBL), lines)
