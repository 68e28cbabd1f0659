"""Error hints: what is wrong with a document and what to do, in plain language.

The class of an error is found in ``data/documents.sql``, where documents are recorded.
"""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

OTHER = "other"
ERROR_CLASSES = [
    ("partner_fault", "The partner's system has a fault"),
    ("no_answer", "The partner's system does not answer"),
    ("too_many_requests", "Too many requests"),
    ("access_denied", "Access denied"),
    ("certificate", "Certificate"),
    ("not_found", "File or address not found"),
    ("refused", "Refused by the partner"),
    ("unreadable", "Cannot be read"),
    ("unknown_product", "Unknown product"),
    ("unknown_unit", "Unknown unit of measure"),
    ("unknown_party", "Unknown party"),
    ("incomplete", "Incomplete"),
    ("exists_already", "Exists already"),
    ("no_right", "Missing right in Odoo"),
    ("conflict", "Conflict in Odoo"),
    ("odoo_fault", "Fault in Odoo"),
    (OTHER, "Other"),
]
_HINTS = {
    "partner_fault": (
        _lt("The system of %(partner)s has a fault: it answers with an error page."),
        _lt(
            "The document itself is not to blame. If the fault lasts, call %(partner)s"
            " and agree on e-mail or their portal meanwhile; exchange the document"
            " again when their system works."
        ),
    ),
    "no_answer": (
        _lt("The system of %(partner)s does not answer."),
        _lt(
            "If this lasts, call %(partner)s and agree on e-mail or their portal"
            " meanwhile. Before a sent document is sent again, ask whether it arrived."
        ),
    ),
    "too_many_requests": (
        _lt("The system of %(partner)s takes no more requests for now."),
        _lt(
            "Wait some minutes. If it happens often, agree with %(partner)s on fewer"
            " requests, or on more that they accept."
        ),
    ),
    "access_denied": (
        _lt("The system of %(partner)s denies access."),
        _lt(
            "Check user, password or certificate of the backend, together with"
            " %(partner)s."
        ),
    ),
    "certificate": (
        _lt(
            "The connection to %(partner)s is not safe: a certificate is wrong or has"
            " expired."
        ),
        _lt(
            "Inform the administrator of the server: the certificate may be ours or"
            " that of %(partner)s."
        ),
    ),
    "not_found": (
        _lt("A file or an address does not exist at %(partner)s."),
        _lt(
            "Compare the addresses and the names of files with those that %(partner)s"
            " uses."
        ),
    ),
    "refused": (
        _lt("The system of %(partner)s refuses the document."),
        _lt(
            "The message below says why. Correct the document, or ask %(partner)s what"
            " is missing."
        ),
    ),
    "unreadable": (
        _lt("The document cannot be read: it is damaged, or not in the agreed format."),
        _lt("Send the file back to %(partner)s, and ask for a new one."),
    ),
    "unknown_product": (
        _lt("A product in the document is not known in Odoo."),
        _lt(
            "Add the number that %(partner)s uses to the product; then the document can"
            " be processed again."
        ),
    ),
    "unknown_unit": (
        _lt("A unit of measure in the document is not known in Odoo."),
        _lt(
            "Agree on units with %(partner)s, or map theirs; then the document can be"
            " processed again."
        ),
    ),
    "unknown_party": (
        _lt(
            "A party in the document, or its number, is not known in Odoo or to"
            " %(partner)s."
        ),
        _lt(
            "Compare names and numbers (GLN, VAT) with %(partner)s; then the document"
            " can be exchanged again."
        ),
    ),
    "incomplete": (
        _lt("The document lacks required information."),
        _lt(
            "Complete the document, or ask %(partner)s to; the message below says what"
            " is missing."
        ),
    ),
    "exists_already": (
        _lt("The record that the document would create exists already."),
        _lt(
            "Check whether %(partner)s sent the document twice. If so, nothing else is"
            " to do."
        ),
    ),
    "no_right": (
        _lt("The user who processes documents lacks a right in Odoo."),
        _lt(
            "Inform the administrator of Odoo: the message below names the right."
            " %(partner)s does not have to do anything."
        ),
    ),
    "conflict": (
        _lt("Other work in Odoo changed the same records at the same moment."),
        _lt("The document can be processed again at once."),
    ),
    "odoo_fault": (
        _lt("Odoo itself had a fault while it worked on the document."),
        _lt(
            "Inform the administrator of Odoo: the message below names the fault."
            " %(partner)s does not have to do anything."
        ),
    ),
    OTHER: (
        _lt("The document failed, for a reason that is not among the usual ones."),
        _lt(
            "Read the message below. If it does not help, assign the document to a"
            " colleague."
        ),
    ),
}
assert _HINTS.keys() == dict(ERROR_CLASSES).keys()


def error_hint(env, error_class, partner):
    """Return what is wrong and what to do, in the language of the user.

    :param str error_class: a code of :data:`ERROR_CLASSES`
    :param str partner: the name of the trading partner, else of the backend
    """
    hint = _HINTS.get(error_class) or _HINTS[OTHER]
    return tuple(env._(sentence) % {"partner": partner} for sentence in hint)
