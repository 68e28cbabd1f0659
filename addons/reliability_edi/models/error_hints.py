"""What is wrong with a document, and what to do about it, in words for everybody.

Errors come from libraries, partners and handlers that we do not know; what they have in
common is recognized by what they say.  The rest is shown as it is.
"""

import re

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

_KNOWN = [
    # First: what is not a document may say anything.
    (
        r"decode|codec|encoding|syntax|parse|parsing|not well-formed|malformed|no unb"
        r"|\bunb\b|\bsegment|\bjson|\bxml|\bcsv|start tag|not an? (edifact|order)"
        r"|unexpected|expecting",
        _lt("The content cannot be read: it is not what was agreed, or damaged."),
        _lt("Send the file back to the partner, and ask for a new one."),
    ),
    (
        r"timed? ?out|timeout|max retries|connection (refused|reset|aborted|broken)"
        r"|name or service|unreachable|remote end closed|\b50[0234]\b|bad gateway",
        _lt("The partner's system does not answer, or broke down."),
        _lt(
            "Odoo tries again where that is safe. If it goes on, call the partner and"
            " agree on e-mail or their portal meanwhile."
        ),
    ),
    (
        r"\b40[13]\b|unauthori[sz]ed|forbidden|permission denied|authentication"
        r"|invalid credentials|login failed",
        _lt("The partner's system does not let us in."),
        _lt("Check user, password or certificate of the backend, with the partner."),
    ),
    (
        r"certificate|ssl|tls",
        _lt("The connection is not safe: a certificate is wrong or has expired."),
        _lt("Tell whoever looks after the server; it may be theirs or ours."),
    ),
    (
        r"no such file|file ?not ?found|errno 2\b|\b404\b",
        _lt("The file is not where it was agreed to be."),
        _lt("Ask the partner whether it was put there, and under which name."),
    ),
    (
        r"product|article|item .*not found|barcode|\bean\b|\bgtin\b|\bsku\b",
        _lt("A product in the document is not known here."),
        _lt("Add the partner's number to the product, and try the document again."),
    ),
    (
        r"unit of measure|\buom\b|\bunit code\b",
        _lt("A unit of measure in the document is not known here."),
        _lt("Agree on units with the partner, or map theirs; then try again."),
    ),
    (
        r"partner|customer|supplier|buyer|\bgln\b|\bvat\b",
        _lt("A party in the document, or its number, is not known here or there."),
        _lt("Compare names and numbers (GLN, VAT) with the partner; then try again."),
    ),
    (
        r"already (exists|been)|duplicate key|unique constraint|must be unique",
        _lt("What the document would make is there already."),
        _lt("Look whether it came twice. If so, settle it; nothing is left to do."),
    ),
    (
        r"required|mandatory|missing|empty",
        _lt("Something that is necessary is missing in the document."),
        _lt("Complete it, or ask the partner to; the message below says what."),
    ),
]
_RULES = [(re.compile(said, re.IGNORECASE), *words) for said, *words in _KNOWN]
_UNKNOWN = (
    _lt("It failed, for a reason that is not among the usual ones."),
    _lt("Read the message below. If it tells you nothing, hand it over."),
)


def advice(env, error):
    """Return what is wrong and what to do, in the language of the user.

    :param str error: what was said
    """
    for said, what, to_do in _RULES:
        if said.search(error):
            return env._(what), env._(to_do)
    return tuple(map(env._, _UNKNOWN))
