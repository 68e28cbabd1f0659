"""Sentences about exchanges that somebody should act on, and what to do."""

from typing import NamedTuple


class ExchangeMessage(NamedTuple):
    """The message of an alert about exchanges.

    :ivar one: the sentence for one exchange
    :ivar many: the sentence for several exchanges
    :ivar button: what to do, in two or three words

    Sentences may contain ``system``, ``count``, ``document``, ``reference``, ``error``
    and ``time``, the last four of the last exchange; that of ``failing`` contains the
    numbers of ``failures`` and ``attempts``.
    """

    one: str
    many: str
    button: str


def exchange_message(env, key):
    """Return the message for a key, in the language of the user.

    :param str key: a cause such as ``orphans``, or ``failed_unexplained``
    :rtype: ExchangeMessage
    """
    _ = env._
    failing = (
        _(
            "%(system)s: 1 of %(attempts)s attempts of the last hour failed, at"
            " %(time)s (%(error)s)"
        ),
        _(
            "%(system)s: %(failures)s of %(attempts)s attempts of the last hour failed,"
            " the last at %(time)s (%(error)s)"
        ),
    )
    return {
        "duplicated": ExchangeMessage(
            _(
                "%(system)s did it twice for %(document)s: Odoo does not know"
                " %(reference)s. Cancel it"
            ),
            _(
                "%(system)s did %(count)s requests twice, the last at %(time)s for"
                " %(document)s: cancel what Odoo does not know"
            ),
            _("Cancel one of them"),
        ),
        "orphans": ExchangeMessage(
            _(
                "%(system)s has %(reference)s for %(document)s, which Odoo rolled back:"
                " use it or cancel it"
            ),
            _(
                "%(system)s did %(count)s requests that Odoo rolled back, the last at"
                " %(time)s for %(document)s: use the results or cancel them"
            ),
            _("Use or cancel"),
        ),
        "unknown": ExchangeMessage(
            _(
                "%(system)s did not answer for %(document)s at %(time)s: it may have"
                " done it. Check before you repeat it"
            ),
            _(
                "%(system)s did not answer %(count)s requests, the last at %(time)s for"
                " %(document)s: it may have done them. Check before you repeat them"
            ),
            _("Check and resolve"),
        ),
        "possibly_duplicated": ExchangeMessage(
            _(
                "%(system)s may have done it twice for %(document)s: its first attempt"
                " was not answered, a later one succeeded. Check, and cancel one"
            ),
            _(
                "%(system)s may have done %(count)s requests twice, the last at"
                " %(time)s for %(document)s. Check, and cancel one of each"
            ),
            _("Check and resolve"),
        ),
        "failed": ExchangeMessage(
            _("%(system)s: 1 request failed at %(time)s for %(document)s (%(error)s)"),
            _(
                "%(system)s: %(count)s requests failed, the last at %(time)s for"
                " %(document)s (%(error)s)"
            ),
            _("Open exchanges"),
        ),
        "failing": ExchangeMessage(*failing, _("Open exchanges")),
        "failed_unexplained": ExchangeMessage(
            _("%(system)s: 1 request failed at %(time)s for %(document)s"),
            _(
                "%(system)s: %(count)s requests failed, the last at %(time)s for"
                " %(document)s"
            ),
            _("Open exchanges"),
        ),
    }[key]
