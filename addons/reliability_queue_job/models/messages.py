"""Sentences about jobs and what to do about them, for the cockpit."""

from typing import NamedTuple


class JobMessage(NamedTuple):
    """The message of an alert about jobs.

    :ivar one: the sentence for one job
    :ivar many: the sentence for several jobs
    :ivar button: what to do, in two or three words

    Sentences may contain ``count``, ``age`` and ``channel``.
    """

    one: str
    many: str
    button: str = ""


def job_message(env, key):
    """Return the message for a key, in the language of the user.

    :param str key: such as ``blocked``
    :rtype: JobMessage
    """
    _ = env._
    return {
        "waiting": JobMessage(
            _("1 job waits for a worker"), _("%(count)s jobs wait for a worker")
        ),
        "waiting_late": JobMessage(
            _("1 job has been waiting for a worker for %(age)s"),
            _("%(count)s jobs wait for a worker, the first for %(age)s"),
        ),
        "runner": JobMessage(
            _(
                "1 job has been waiting for %(age)s: the job runner does not run. An"
                " administrator must start it"
            ),
            _(
                "%(count)s jobs wait, the first for %(age)s: the job runner does not"
                " run. An administrator must start it"
            ),
            _("Open waiting jobs"),
        ),
        "stalled": JobMessage(
            _(
                "1 job has been waiting for %(age)s, and no worker starts any job: an"
                " administrator must check whether the job runner reaches Odoo"
            ),
            _(
                "%(count)s jobs wait, the first for %(age)s, and no worker starts any:"
                " an administrator must check whether the job runner reaches Odoo"
            ),
            _("Open waiting jobs"),
        ),
        "blocked": JobMessage(
            _(
                "1 job has been waiting in the channel %(channel)s for %(age)s: the"
                " channel runs jobs one after the other, and one has failed. Requeue"
                " the failed job, or cancel it"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first for %(age)s:"
                " the channel runs jobs one after the other, and one has failed."
                " Requeue the failed job, or cancel it"
            ),
            _("Open the failed job"),
        ),
        "paused": JobMessage(
            _(
                "1 job has been waiting in the channel %(channel)s for %(age)s: the"
                " channel is paused in the server's configuration"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first for %(age)s:"
                " the channel is paused in the server's configuration"
            ),
            _("Open waiting jobs"),
        ),
        "long": JobMessage(
            _("1 job has been running for %(age)s, far longer than usual"),
            _(
                "%(count)s jobs have been running far longer than usual, the first for"
                " %(age)s"
            ),
            _("Open running jobs"),
        ),
        "looping": JobMessage(
            _(
                "1 job is retried again and again and never done: the conflict does not"
                " end by itself"
            ),
            _(
                "%(count)s jobs are retried again and again and never done: the"
                " conflict does not end by itself"
            ),
            _("Open retried jobs"),
        ),
        "rejected": JobMessage(
            _(
                "1 job was rejected by Odoo %(age)s ago: correct what the error says,"
                " then requeue the job"
            ),
            _(
                "%(count)s jobs were rejected by Odoo, the first %(age)s ago: correct"
                " what the errors say, then requeue the jobs"
            ),
            _("Correct and requeue"),
        ),
        "died": JobMessage(
            _(
                "1 job has killed its workers, %(age)s ago: it needs too much memory or"
                " time. If it is requeued, it will do so again"
            ),
            _(
                "%(count)s jobs have killed their workers, the first %(age)s ago: they"
                " need too much memory or time. If they are requeued, they will do so"
                " again"
            ),
            _("Open these jobs"),
        ),
        "exhausted": JobMessage(
            _(
                "1 job has used all its retries, %(age)s ago: requeue the job when the"
                " system that it waits for works again"
            ),
            _(
                "%(count)s jobs have used all their retries, the first %(age)s ago:"
                " requeue the jobs when the systems that they wait for work again"
            ),
            _("Open and requeue"),
        ),
        "failed": JobMessage(
            _(
                "1 job failed %(age)s ago: an administrator must read the error before"
                " the job is requeued"
            ),
            _(
                "%(count)s jobs failed, the first %(age)s ago: an administrator must"
                " read the errors before the jobs are requeued"
            ),
            _("Read the errors"),
        ),
    }[key]
