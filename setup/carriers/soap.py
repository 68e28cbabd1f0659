"""SOAP 1.1 envelopes, as far as MRW needs them."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape

KIND = "text/xml; charset=utf-8"
SHIPMENTS, TRACKING = "http://www.mrw.es/", "http://tempuri.org/"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY = f"{{{_ENVELOPE}}}Body"


def element_of(body):
    """Return the name of the request's element, or nothing."""
    envelope = _parsed(body)
    content = envelope.find(_BODY) if envelope is not None else None
    return _name(content[0]) if content is not None and len(content) else None


def text(body, name):
    """Return the text of the first element with a name, or nothing."""
    envelope = _parsed(body)
    for element in envelope.iter() if envelope is not None else ():
        if _name(element) == name and (element.text or "").strip():
            return element.text.strip()
    return ""


def answer(element, namespace, content):
    """Return the answer to a request.

    :param element: name of the request's element
    :param content: the result's fields: pairs of a name, and a text or fields
    """
    result = f"<{element}Result>{_fields(content)}</{element}Result>"
    return _envelope(
        f'<{element}Response xmlns="{namespace}">{result}</{element}Response>'
    )


def fault(code, message):
    """Return a fault: ``code`` is ``Client`` or ``Server``."""
    return _envelope(
        f"<soap:Fault><faultcode>soap:{code}</faultcode>"
        f"<faultstring>{escape(message)}</faultstring></soap:Fault>"
    )


def _envelope(content):
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{_ENVELOPE}">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    ).encode()


def _fields(content):
    if isinstance(content, str):
        return escape(content)
    return "".join(f"<{name}>{_fields(value)}</{name}>" for name, value in content)


def _parsed(body):
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return None


def _name(element):
    return element.tag.rpartition("}")[2]
