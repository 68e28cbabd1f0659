"""Sentences about documents of one partner that have the same problem."""

import re

from odoo.addons.reliability.api import formatting

_MAX_NAMES = 3
_PRODUCT = re.compile(
    r"\b(?:product|article|item|barcode|ean|gtin|sku)s?\W+(?:\w+\W+)?"
    r"([\w./-]*\d[\w/-]*)",
    re.IGNORECASE,
)


def names_of(documents):
    """Return the first names of documents: "PO-20482, PO-20483, …"."""
    names = [_name(document) for document in documents[:_MAX_NAMES]]
    more = ["…"] if len(documents) > _MAX_NAMES else []
    return ", ".join([*names, *more])


def reason(documents):
    """Return why documents failed, with the product where it is one."""
    env = documents.env
    products = {
        found and found[1]
        for document in documents
        if document.error_class == "unknown_product"
        for found in [_PRODUCT.search(document.message or "")]
    }
    if len(products) == 1 and (product := products.pop()):
        return env._("Product %(product)s is not known in Odoo.", product=product)
    return documents[:1].what_is_wrong


def summary(documents, problem, direction, count=None, since=None):
    """Return what is wrong with documents, in the language of the user.

    :param documents: not empty; of one partner
    :param str problem: the problem of all of them, see `_problem_domains`
    :param str direction: of all of them
    :param int count: of all documents, where these are only some
    :param datetime since: of the first of all documents
    """
    _ = documents.env._
    types = documents.sudo().type_id
    values = {
        "partner": documents[:1]._partner_name(),
        "count": count or len(documents),
        "names": names_of(documents),
        "type": types.name if len(types) == 1 else _("documents"),
        "age": _age(documents, problem, since),
    }
    is_one = values["count"] == 1
    match problem, direction:
        case "failed", "in":
            return formatting.paragraph(
                _("%(partner)s: %(names)s is not imported", **values)
                if is_one
                else _(
                    "%(partner)s: %(count)s %(type)s are not imported (%(names)s)",
                    **values,
                ),
                reason(documents),
            )
        case "failed", _out:
            return formatting.paragraph(
                _("%(partner)s: %(names)s is not sent", **values)
                if is_one
                else _(
                    "%(partner)s: %(count)s %(type)s are not sent (%(names)s)",
                    **values,
                ),
                reason(documents),
            )
        case "not_acknowledged", _out if is_one:
            return _(
                "%(partner)s has not acknowledged %(names)s, sent %(age)s ago",
                **values,
            )
        case "not_acknowledged", _out:
            return _(
                "%(partner)s has not acknowledged %(count)s %(type)s (%(names)s), the"
                " first sent %(age)s ago",
                **values,
            )
        case "waiting", _direction if is_one:
            return _(
                "%(partner)s: %(names)s has been waiting for %(age)s",
                **values,
            )
        case "waiting", _direction:
            return _(
                "%(partner)s: %(count)s %(type)s wait (%(names)s), the first for"
                " %(age)s",
                **values,
            )
        case "duplicate", _direction if is_one:
            return formatting.paragraph(reason(documents), documents.what_to_do)
        case "duplicate", _direction:
            return _(
                "%(partner)s sent %(count)s %(type)s twice (%(names)s)",
                **values,
            )
    if is_one:
        return _("EDI document %(names)s of %(partner)s", **values)
    return _("%(count)s EDI documents of %(partner)s", **values)


def _name(document):
    """Return the name that people know a document by: the record in Odoo of a sent
    one, the partner's number of a received one.
    """
    if document.direction == "out":
        return document.document_name or document.number
    return document.number


def _age(documents, problem, first):
    field = "exchanged" if problem == "not_acknowledged" else "received"
    since = [moment for moment in [first, *documents.mapped(field)] if moment]
    return formatting.since(documents.env, min(since)) if since else ""
