"""What is said of jobs, and what to do about them, as people of a warehouse say it."""

from typing import NamedTuple


class JobMessage(NamedTuple):
    """The sentence for one job and for many, and what to do, in two or three words.

    Sentences may name ``count``, ``age`` and ``channel``.
    """

    one: str
    many: str
    button: str = ""


def job_message(env, key):
    """Return the texts for something that can be said of jobs.

    :param str key: such as ``blocked``
    :rtype: JobMessage
    """
    _ = env._
    return {
        "waiting": JobMessage(
            _("1 job waits for a worker"), _("%(count)s jobs wait for a worker")
        ),
        "waiting_late": JobMessage(
            _("1 job waits for a worker, for %(age)s"),
            _("%(count)s jobs wait for a worker, the first for %(age)s"),
        ),
        "runner": JobMessage(
            _(
                "1 job waits, for %(age)s: nobody hands out jobs, since the queue's"
                " runner does not run. An administrator must start it"
            ),
            _(
                "%(count)s jobs wait, the first for %(age)s: nobody hands out jobs,"
                " since the queue's runner does not run. An administrator must start it"
            ),
            _("Open waiting jobs"),
        ),
        "stalled": JobMessage(
            _(
                "1 job waits, for %(age)s, and no worker begins any: an administrator"
                " must see whether the runner reaches Odoo"
            ),
            _(
                "%(count)s jobs wait, the first for %(age)s, and no worker begins any:"
                " an administrator must see whether the runner reaches Odoo"
            ),
            _("Open waiting jobs"),
        ),
        "blocked": JobMessage(
            _(
                "1 job waits in the channel %(channel)s, for %(age)s: its jobs run one"
                " after the other, and one has failed. Requeue that one, or cancel it"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first for %(age)s:"
                " they run one after the other, and one has failed. Requeue that one,"
                " or cancel it"
            ),
            _("Open the failed job"),
        ),
        "paused": JobMessage(
            _(
                "1 job waits in the channel %(channel)s, for %(age)s: the channel is"
                " paused in the server's configuration"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first for %(age)s:"
                " the channel is paused in the server's configuration"
            ),
            _("Open waiting jobs"),
        ),
        "long": JobMessage(
            _("1 job runs far longer than usual, for %(age)s by now"),
            _("%(count)s jobs run far longer than usual, the first for %(age)s by now"),
            _("See what they do"),
        ),
        "looping": JobMessage(
            _(
                "1 job is tried again and again and never done: whatever is in its way"
                " does not go away by itself"
            ),
            _(
                "%(count)s jobs are tried again and again and never done: whatever is"
                " in their way does not go away by itself"
            ),
            _("See the tries"),
        ),
        "refused": JobMessage(
            _(
                "1 job was refused by Odoo, %(age)s ago: correct what it complains"
                " about, then requeue it"
            ),
            _(
                "%(count)s jobs were refused by Odoo, the first %(age)s ago: correct"
                " what they complain about, then requeue them"
            ),
            _("Correct and requeue"),
        ),
        "died": JobMessage(
            _(
                "1 job has cost its worker the life, again and again, %(age)s ago: it"
                " needs too much memory or time. Requeued, it will do so again"
            ),
            _(
                "%(count)s jobs have cost their workers the life, again and again, the"
                " first %(age)s ago: they need too much memory or time. Requeued, they"
                " will do so again"
            ),
            _("See which"),
        ),
        "exhausted": JobMessage(
            _(
                "1 job was put off as often as it may be, %(age)s ago: requeue it when"
                " what it waits for works again"
            ),
            _(
                "%(count)s jobs were put off as often as they may be, the first"
                " %(age)s ago: requeue them when what they wait for works again"
            ),
            _("Open and requeue"),
        ),
        "failed": JobMessage(
            _(
                "1 job failed, %(age)s ago: an administrator must see why before it is"
                " requeued"
            ),
            _(
                "%(count)s jobs failed, the first %(age)s ago: an administrator must"
                " see why before they are requeued"
            ),
            _("See why"),
        ),
    }[key]
