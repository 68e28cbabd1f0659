"""Sentences about calls that are not fine, and about late work."""

from odoo.tools import LazyTranslate

from odoo.addons.reliability.api import formatting

_lt = LazyTranslate(__name__)

_SILENT = _lt("%(operation)s: no call since %(time)s, usually %(whole)s an hour")
_SENTENCES = {
    "failing operation": (
        _lt("%(operation)s: 1 of %(whole)s calls has failed since %(time)s"),
        _lt("%(operation)s: %(part)s of %(whole)s calls have failed since %(time)s"),
    ),
    "failing http": (
        _lt("%(operation)s: 1 of %(whole)s requests has failed since %(time)s"),
        _lt("%(operation)s: %(part)s of %(whole)s requests have failed since %(time)s"),
    ),
    "failing": (
        _lt("%(operation)s: 1 of %(whole)s has failed since %(time)s"),
        _lt("%(operation)s: %(part)s of %(whole)s have failed since %(time)s"),
    ),
    "refused operation": (
        _lt("%(operation)s: Odoo has refused 1 of %(whole)s calls since %(time)s"),
        _lt(
            "%(operation)s: Odoo has refused %(part)s of %(whole)s calls since %(time)s"
        ),
    ),
    "refused http": (
        _lt("%(operation)s: Odoo has refused 1 of %(whole)s requests since %(time)s"),
        _lt(
            "%(operation)s: Odoo has refused %(part)s of %(whole)s requests since"
            " %(time)s"
        ),
    ),
    "refused": (
        _lt("%(operation)s: Odoo has refused 1 of %(whole)s since %(time)s"),
        _lt("%(operation)s: Odoo has refused %(part)s of %(whole)s since %(time)s"),
    ),
    "slow operation": (
        _lt("%(operation)s: 1 of %(whole)s calls has been slow since %(time)s"),
        _lt("%(operation)s: %(part)s of %(whole)s calls have been slow since %(time)s"),
    ),
    "slow http": (
        _lt("%(operation)s: 1 of %(whole)s requests has been slow since %(time)s"),
        _lt(
            "%(operation)s: %(part)s of %(whole)s requests have been slow since"
            " %(time)s"
        ),
    ),
    "slow": (
        _lt("%(operation)s: 1 of %(whole)s has been slow since %(time)s"),
        _lt("%(operation)s: %(part)s of %(whole)s have been slow since %(time)s"),
    ),
    "silent operation": (_SILENT, _SILENT),
    "late": (
        _lt("%(operation)s: 1 of %(whole)s is late, since %(time)s"),
        _lt("%(operation)s: %(part)s of %(whole)s are late, the first since %(time)s"),
    ),
}
"""Kind of a finding and family → for one and for many, without a full stop.

Without a family, it is any other one, whose calls have a noun of their own: mails.
"""


def finding_sentence(env, reason, values):
    """Return a finding in the language of the user; ``None`` for one of an addon.

    :param dict reason: its ``kind``, ``family`` and ``part``
    :param dict values: ``operation`` (its name), ``part``, ``whole`` and ``time``
    """
    kind, family = reason["kind"], reason.get("family")
    sentences = _SENTENCES.get(f"{kind} {family}") or _SENTENCES.get(kind)
    if not sentences:
        return None
    return env._(formatting.counted(reason["part"], *sentences)) % values
