"""Error hints: what is wrong with a document and what to do, in plain language.

Errors come from libraries, partners and handlers that this addon does not know, so
hints are chosen by patterns in the error message.  Other errors are shown as they are.
"""

import re

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

_HINTS = [
    # First: the content of a file that is no document may match any pattern below.
    (
        r"decode|codec|encoding|syntax|parse|parsing|not well-formed|malformed|no unb"
        r"|\bunb\b|\bsegment|\bjson|\bxml|\bcsv|start tag|not an? (edifact|order)"
        r"|unexpected|expecting",
        _lt("The document cannot be read: it is damaged, or not in the agreed format."),
        _lt("Send the file back to %(partner)s, and ask for a new one."),
    ),
    (
        r"timed? ?out|timeout|max retries|connection (refused|reset|aborted|broken)"
        r"|name or service|unreachable|remote end closed|\b50[0234]\b|bad gateway",
        _lt("The system of %(partner)s does not answer, or broke down."),
        _lt(
            "Odoo retries where that is safe. If the error persists, call %(partner)s"
            " and agree on e-mail or their portal meanwhile."
        ),
    ),
    (
        r"\b40[13]\b|unauthori[sz]ed|forbidden|permission denied|authentication"
        r"|invalid credentials|login failed",
        _lt("The system of %(partner)s denies access."),
        _lt(
            "Check user, password or certificate of the backend, together with"
            " %(partner)s."
        ),
    ),
    (
        r"certificate|ssl|tls",
        _lt(
            "The connection to %(partner)s is not safe: a certificate is wrong or has"
            " expired."
        ),
        _lt(
            "Inform the administrator of the server: the certificate may be ours or"
            " that of %(partner)s."
        ),
    ),
    (
        r"no such file|file ?not ?found|errno 2\b|\b404\b",
        _lt("The file is not in the agreed place."),
        _lt("Ask %(partner)s whether the file was put there, and under which name."),
    ),
    (
        r"product|article|item .*not found|barcode|\bean\b|\bgtin\b|\bsku\b",
        _lt("A product in the document is not known in Odoo."),
        _lt("Add the number that %(partner)s uses to the product, then retry."),
    ),
    (
        r"unit of measure|\buom\b|\bunit code\b",
        _lt("A unit of measure in the document is not known in Odoo."),
        _lt("Agree on units with %(partner)s, or map theirs; then retry."),
    ),
    (
        r"partner|customer|supplier|buyer|\bgln\b|\bvat\b",
        _lt(
            "A party in the document, or its number, is not known in Odoo or to"
            " %(partner)s."
        ),
        _lt("Compare names and numbers (GLN, VAT) with %(partner)s; then retry."),
    ),
    (
        r"already (exists|been)|duplicate key|unique constraint|must be unique",
        _lt("The record that the document would create exists already."),
        _lt(
            "Check whether the document was received twice. If so, resolve the failed"
            " step: nothing else is to do."
        ),
    ),
    (
        r"required|mandatory|missing|empty",
        _lt("The document lacks required information."),
        _lt(
            "Complete the document, or ask %(partner)s to; the message below says what"
            " is missing."
        ),
    ),
]
_PATTERNS = [(re.compile(pattern, re.IGNORECASE), *hint) for pattern, *hint in _HINTS]
_UNKNOWN = (
    _lt("The document failed, for a reason that is not among the usual ones."),
    _lt(
        "Read the message below. If it does not help, assign the document to a"
        " colleague."
    ),
)


def error_hint(env, error, partner):
    """Return what is wrong and what to do, in the language of the user.

    :param str error: the message of the error
    :param str partner: the name of the trading partner, else of the backend
    """
    hint = next(
        (hint for pattern, *hint in _PATTERNS if pattern.search(error)), _UNKNOWN
    )
    return tuple(env._(sentence) % {"partner": partner} for sentence in hint)
