"""Sentences about jobs and what to do about them, for the cockpit."""

from typing import NamedTuple


class JobMessage(NamedTuple):
    """The message of an alert about jobs.

    :ivar one: the sentence for one job
    :ivar many: the sentence for several jobs
    :ivar button: what to do, in two or three words

    Sentences may contain ``count``, ``age``, ``time`` and ``channel``, and of the last
    job ``job``, its name, and ``error``.
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
        "waiting": JobMessage(_("1 job waits"), _("%(count)s jobs wait")),
        "waiting_late": JobMessage(
            _("1 job has been waiting for %(age)s"),
            _("%(count)s jobs wait, the first for %(age)s"),
        ),
        "runner": JobMessage(
            _(
                "1 job has been waiting since %(time)s: the job runner does not run. An"
                " administrator must start it"
            ),
            _(
                "%(count)s jobs wait, the first since %(time)s: the job runner does not"
                " run. An administrator must start it"
            ),
            _("Open waiting jobs"),
        ),
        "stalled": JobMessage(
            _(
                "1 job has been waiting since %(time)s, and no worker starts any job:"
                " an administrator must check whether the job runner reaches Odoo"
            ),
            _(
                "%(count)s jobs wait, the first since %(time)s, and no worker starts"
                " any: an administrator must check whether the job runner reaches Odoo"
            ),
            _("Open waiting jobs"),
        ),
        "blocked": JobMessage(
            _(
                "1 job has been waiting in the channel %(channel)s since %(time)s: the"
                " channel runs jobs one after the other, and %(job)s has failed"
                " (%(error)s). Requeue the failed job, or cancel it"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first since"
                " %(time)s: the channel runs jobs one after the other, and %(job)s has"
                " failed (%(error)s). Requeue the failed job, or cancel it"
            ),
            _("Open the failed job"),
        ),
        "blocked_by_other_company": JobMessage(
            _(
                "1 job has been waiting in the channel %(channel)s since %(time)s: the"
                " channel runs jobs one after the other, and a job of another company"
                " has failed. An administrator must requeue or cancel it"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first since"
                " %(time)s: the channel runs jobs one after the other, and a job of"
                " another company has failed. An administrator must requeue or cancel"
                " it"
            ),
            _("Open the failed job"),
        ),
        "paused": JobMessage(
            _(
                "1 job has been waiting in the channel %(channel)s since %(time)s: the"
                " channel is paused in the server's configuration"
            ),
            _(
                "%(count)s jobs wait in the channel %(channel)s, the first since"
                " %(time)s: the channel is paused in the server's configuration"
            ),
            _("Open waiting jobs"),
        ),
        "long": JobMessage(
            _("%(job)s has been running since %(time)s, far longer than usual"),
            _(
                "%(count)s jobs have been running far longer than usual, the last of"
                " them, %(job)s, since %(time)s"
            ),
            _("Open running jobs"),
        ),
        "looping": JobMessage(
            _(
                "%(job)s is retried again and again and never done: the conflict does"
                " not end by itself"
            ),
            _(
                "%(count)s jobs are retried again and again and never done, the last of"
                " them %(job)s: the conflict does not end by itself"
            ),
            _("Open retried jobs"),
        ),
        "rejected": JobMessage(
            _(
                "%(job)s was rejected by Odoo at %(time)s (%(error)s): correct what the"
                " error says, then requeue the job"
            ),
            _(
                "%(count)s jobs were rejected by Odoo, the last at %(time)s: %(job)s"
                " (%(error)s). Correct what the errors say, then requeue the jobs"
            ),
            _("Correct and requeue"),
        ),
        "died": JobMessage(
            _(
                "%(job)s killed its workers, the last at %(time)s: the job needs too"
                " much memory or time. If it is requeued, it will do so again"
            ),
            _(
                "%(count)s jobs killed their workers, the last %(job)s at %(time)s:"
                " they need too much memory or time. If they are requeued, they will do"
                " so again"
            ),
            _("Open these jobs"),
        ),
        "exhausted": JobMessage(
            _(
                "%(job)s used its last retry at %(time)s (%(error)s): requeue the job"
                " when the system that it waits for works again"
            ),
            _(
                "%(count)s jobs have used all their retries, the last at %(time)s:"
                " %(job)s (%(error)s). Requeue the jobs when the systems that they wait"
                " for work again"
            ),
            _("Open and requeue"),
        ),
        "failed": JobMessage(
            _(
                "%(job)s failed at %(time)s (%(error)s): an administrator must read the"
                " error before the job is requeued"
            ),
            _(
                "%(count)s jobs failed, the last at %(time)s: %(job)s (%(error)s). An"
                " administrator must read the errors before the jobs are requeued"
            ),
            _("Read the errors"),
        ),
    }[key]
