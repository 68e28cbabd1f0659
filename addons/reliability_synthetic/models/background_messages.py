"""Sentences about signals of background work that failed or did not arrive."""

from functools import partial

from odoo.addons.reliability.api import formatting

from .problem_messages import add_sentences


def _describe(sentences_of, env, values):
    """Return the sentence about a failed step, without a full stop.

    :param sentences_of: returns reason → sentence; the empty reason is any other
    :param dict values: of the result; ``reason`` is what stands still, and ``text`` the
        error
    """
    sentences = sentences_of(env)
    sentence = sentences.get(values.get("reason")) or sentences[""]
    age = formatting.duration(env, values.get("seconds", 0))
    return sentence % {**values, "age": age}


def _nothing_sent(env):
    return {
        "": env._(
            "No step can run: enter an address for e-mails, or add the step Scheduled"
            " action"
        )
    }


def _failed_job(env):
    return {"": env._("The job could not be created, or it failed: %(text)s")}


def _not_arrived_job(env):
    _ = env._
    return {
        "": _("The job did not run for %(age)s: see Platform › Job Attempts"),
        "no_runner": _(
            "No job ran for %(age)s: no job runner is at work, although this server"
            " loads it. Restart the server"
        ),
        "not_loaded": _(
            "No job ran for %(age)s: no job runner is at work. Start the server that"
            " runs it, or add queue_job to server_wide_modules of this one"
        ),
        "paused": _(
            "The job did not run for %(age)s: the channel %(channel)s is paused in the"
            " server's configuration"
        ),
        "blocked": _(
            "The job did not run for %(age)s: the channel %(channel)s runs jobs one"
            " after the other, and one has failed. Requeue or cancel the failed job"
        ),
        "full": _(
            "The job did not run for %(age)s: the channel %(channel)s runs as many jobs"
            " as it may (%(capacity)s). See which of them runs too long, or raise its"
            " capacity"
        ),
        "behind": _(
            "The job did not run for %(age)s although the job runner is at work; jobs"
            " that come first: %(before)s. See Platform › Job Attempts"
        ),
        "pending": _(
            "The job did not run for %(age)s although the job runner is at work, and no"
            " job of its channel comes first. See Platform › Job Attempts"
        ),
        "enqueued": _(
            "The job runner handed out the job, and no worker started it for %(age)s:"
            " check that the runner reaches Odoo, and that workers are free"
        ),
        "started": _(
            "A worker has started the job, and has not ended it for %(age)s: check the"
            " locks and the load of the database"
        ),
        "failed": _("The job failed: %(error)s"),
        "deleted": _("Somebody has deleted the job before it ran"),
    }


def _failed_scheduled_action(env):
    return {"": env._("The scheduled action failed: %(text)s")}


def _not_arrived_scheduled_action(env):
    _ = env._
    return {
        "": _("The scheduled action did not run for %(age)s"),
        "waiting": _(
            "The scheduled action did not run for %(age)s; others that are overdue:"
            " %(overdue)s. See in Platform › Scheduled Actions which one runs too long"
        ),
        "performing": _(
            "The scheduled action has started, and has not ended for %(age)s: check the"
            " locks and the load of the database"
        ),
        "archived": _(
            "The scheduled action “%(action)s” is not active: activate it in Settings ›"
            " Technical › Scheduled Actions"
        ),
        "deleted": _(
            "The scheduled action of synthetic checks was deleted: upgrade the app"
            " Reliability - Synthetic Checks"
        ),
    }


def _failed_mail(env):
    return {
        "": env._(
            "The e-mail could not be sent: %(text)s. Check the mail server in Settings"
            " › Technical › Outgoing Mail Servers"
        )
    }


def _not_arrived_mail(env):
    _ = env._
    return {
        "": _(
            "The e-mail was not sent for %(age)s: the scheduled action that sends it"
            " did not run"
        ),
        "performing": _(
            "Odoo began to send the e-mail, and the mail server has not taken it for"
            " %(age)s: check the mail server in Settings › Technical › Outgoing Mail"
            " Servers"
        ),
    }


def _failed_edi(env):
    return {"": env._("The EDI document did not come back: %(text)s")}


def _not_arrived_edi(env):
    _ = env._
    return {
        "": _(
            "The EDI document did not come back for %(age)s: the scheduled action that"
            " exchanges it did not run"
        ),
        "performing": _(
            "The exchange of the EDI document began, and has not ended for %(age)s:"
            " check the locks and the load of the database"
        ),
    }


_SENTENCES = {
    "nothing_sent": _nothing_sent,
    "failed_job": _failed_job,
    "not_arrived_job": _not_arrived_job,
    "failed_scheduled_action": _failed_scheduled_action,
    "not_arrived_scheduled_action": _not_arrived_scheduled_action,
    "failed_mail": _failed_mail,
    "not_arrived_mail": _not_arrived_mail,
    "failed_edi": _failed_edi,
    "not_arrived_edi": _not_arrived_edi,
}
add_sentences(
    {
        cause: partial(_describe, sentences_of)
        for cause, sentences_of in _SENTENCES.items()
    }
)
