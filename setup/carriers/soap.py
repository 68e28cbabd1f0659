"""Envelopes of SOAP 1.1, as far as MRW needs them."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape

KIND = "text/xml; charset=utf-8"
SHIPMENTS, TRACKING = "http://www.mrw.es/", "http://tempuri.org/"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_BODY = f"{{{_ENVELOPE}}}Body"


def element_of(body):
    """Return the name of the element that says what is asked for, or nothing."""
    envelope = _parsed(body)
    asked = envelope.find(_BODY) if envelope is not None else None
    return _name(asked[0]) if asked is not None and len(asked) else None


def text(body, name):
    """Return the text of the first element of a name, or nothing."""
    envelope = _parsed(body)
    for element in envelope.iter() if envelope is not None else ():
        if _name(element) == name and (element.text or "").strip():
            return element.text.strip()
    return ""


def answer(element, namespace, content):
    """Return an answer to an element of a question.

    :param content: the fields of the result, each a name with a text or with fields
    """
    result = f"<{element}Result>{_fields(content)}</{element}Result>"
    return _envelope(
        f'<{element}Response xmlns="{namespace}">{result}</{element}Response>'
    )


def fault(code, message):
    """Return what is said instead of an answer: who is to blame, and for what."""
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
