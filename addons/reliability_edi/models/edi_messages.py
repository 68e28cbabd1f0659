"""Sentences of alerts about EDI documents."""


def edi_message(env, cause, count):
    """Return the sentence for a cause, in the language of the user.

    It may contain ``partner``, ``type``, ``count``, ``number`` of the last document,
    ``age`` of the first one, and the ``problem`` of the last one.

    :param str cause: such as ``failed``
    """
    _ = env._
    one, many = {
        "failed": (
            _("%(partner)s: %(type)s %(number)s failed %(age)s ago. %(problem)s"),
            _(
                "%(partner)s: %(count)s documents (%(type)s) failed, the first %(age)s"
                " ago, the last %(number)s. %(problem)s"
            ),
        ),
        "not_acknowledged": (
            _("%(partner)s has not acknowledged %(type)s %(number)s, sent %(age)s ago"),
            _(
                "%(partner)s has not acknowledged %(count)s documents (%(type)s), the"
                " first sent %(age)s ago"
            ),
        ),
        "waiting": (
            _("%(partner)s: %(type)s %(number)s has been waiting for %(age)s"),
            _(
                "%(partner)s: %(count)s documents (%(type)s) are waiting, the first for"
                " %(age)s"
            ),
        ),
        "duplicate": (
            _(
                "%(partner)s sent %(type)s %(number)s twice, %(age)s ago: cancel one of"
                " the records in Odoo"
            ),
            _(
                "%(partner)s sent %(count)s documents (%(type)s) twice, the last"
                " %(number)s: cancel one of the records of each in Odoo"
            ),
        ),
    }[cause]
    return one if count == 1 else many
