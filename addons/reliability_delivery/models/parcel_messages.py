"""Sentences about labels that a carrier did not answer: a parcel may exist."""

from odoo.addons.reliability_integration import ExchangeMessage


def parcel_message(env, cause):
    """Return the message of an alert about labels, in the language of the user.

    :param str cause: such as ``unknown``
    :return: ``None`` where nothing is to be said of parcels in particular
    :rtype: ExchangeMessage | None
    """
    _ = env._
    button = _("Check and resolve")
    if cause == "unknown":
        return ExchangeMessage(
            _(
                "%(system)s did not answer for %(document)s at %(time)s: a parcel may"
                " exist. Search %(system)s for %(document)s before another label is"
                " bought"
            ),
            _(
                "%(system)s did not answer %(count)s requests, the last at %(time)s for"
                " %(document)s: parcels may exist. Search %(system)s for them before"
                " other labels are bought"
            ),
            button,
        )
    if cause == "possibly_duplicated":
        return ExchangeMessage(
            _(
                "%(document)s may have two parcels at %(system)s: the first request was"
                " not answered, a later one succeeded. Search %(system)s for"
                " %(document)s, and cancel the other parcel, if there is one"
            ),
            _(
                "%(system)s may have done %(count)s requests twice, the last at"
                " %(time)s for %(document)s: there may be two parcels of each. Search"
                " %(system)s, and cancel the others"
            ),
            button,
        )
    return None
