"""Sentences about what probes find, and what to do about it; without a full stop."""

from datetime import UTC, datetime
from functools import partial

from odoo.addons.reliability.api import formatting

from ..probe import problems
from .alert_messages import DESCRIPTIONS
from .problem_messages import add_sentences
from .reliability_synthetic_state import place_name

CERTIFICATE, SILENT = "certificate", "silent"
"""Causes of alerts."""
_NAMED = "host", "port", "status", "location", "names", "issuer", "text"
_MOMENTS = "not_before", "not_after"


def _describe_problem(cause, env, values):
    """Return why a step of a probe has failed.

    :param dict values: of the result: ``host`` and ``port``, of an answer ``status``
        and ``location``, of a certificate ``names``, ``issuer`` and its times; other
        programs may leave them out
    """
    named = {name: values.get(name, "") for name in _NAMED}
    moments = {name: _moment(env, values.get(name, "")) for name in _MOMENTS}
    return _sentences(env)[cause] % {**named, **moments}


def _describe_certificate(journey, run, alert):
    """Return that the certificate which a run has seen ends soon."""
    if not run:
        return alert.cause
    return run.env._(
        "The certificate of %(name)s, which %(journey)s needs, ends %(time)s: renew it",
        name=run.certificate_subject or "?",
        journey=journey.name,
        time=formatting.moment(run.env, run.certificate_not_after),
    )


def _describe_silence(journey, run, alert):
    """Return that the probe that has sent a run sends nothing any more."""
    if not run:
        return alert.cause
    return run.env._(
        "The probe in %(place)s has sent nothing about %(journey)s since %(time)s:"
        " check on its host that odoo reliability_probe runs, and what it logs",
        place=place_name(run.env, run.place),
        journey=journey.name,
        time=formatting.moment(run.env, run.started_at),
    )


def _moment(env, text):
    """Return a time of a report for people; as it is if it is none.

    What cannot be shown must not harm the list that it is in.
    """
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        return formatting.moment(env, moment.replace(tzinfo=None))
    except (TypeError, ValueError, OverflowError):
        return text


def _sentences(env):
    """Return cause → sentence, with names of its values."""
    _ = env._
    return {
        problems.LIMIT: _(
            "%(host)s does not answer within the limit: check its load, and firewalls"
            " that drop packets"
        ),
        problems.UNKNOWN_NAME: _(
            "The name %(host)s has no address: check its DNS records, and that the"
            " domain has not ended"
        ),
        problems.NO_DNS: _(
            "The name servers do not answer for %(host)s: check those of the domain,"
            " and the resolver of the probe's host"
        ),
        problems.REFUSED: _(
            "%(host)s refuses connections at port %(port)s: start the ingress, or"
            " correct the port"
        ),
        problems.UNREACHABLE: _(
            "No network leads to %(host)s: check routes and firewalls. %(text)s"
        ),
        problems.NO_TLS: _(
            "%(host)s does not answer with TLS at port %(port)s: switch TLS on in the"
            " ingress, or correct the port"
        ),
        problems.TLS_FAILED: _(
            "%(host)s and the probe agree on no TLS: check versions and ciphers in the"
            " ingress. %(text)s"
        ),
        problems.CLOSED: _(
            "%(host)s closes the connection before its answer is complete: read the log"
            " of the ingress"
        ),
        problems.EXPIRED: _(
            "The certificate of %(host)s ended %(not_after)s: renew it, and let the"
            " ingress load it"
        ),
        problems.NOT_YET_VALID: _(
            "The certificate of %(host)s is valid only from %(not_before)s: check the"
            " clock of the probe's host, or install the right one"
        ),
        problems.WRONG_HOST: _(
            "The certificate of %(host)s is for %(names)s: install the one for this"
            " name"
        ),
        problems.SELF_SIGNED: _(
            "No authority has signed the certificate of %(host)s: install one that"
            " clients trust, or name it by --ca"
        ),
        problems.UNTRUSTED: _(
            "The certificate of %(host)s by %(issuer)s is not trusted: let the ingress"
            " send the certificates between, or name the authority by --ca"
        ),
        problems.INVALID: _(
            "The certificate of %(host)s is not valid: install another one. %(text)s"
        ),
        problems.INGRESS: _(
            "The ingress of %(host)s answers %(status)s: Odoo behind it does not. Check"
            " the servers of Odoo"
        ),
        problems.NOT_READY: _(
            "%(host)s answers that Odoo is not ready: check PostgreSQL, and the log of"
            " Odoo"
        ),
        problems.REDIRECT: _(
            "%(host)s redirects to %(location)s: name that address by --address"
        ),
        problems.STATUS: _(
            "%(host)s answers with the status %(status)s instead of 200: check what"
            " the ingress does with this page, and the log of Odoo"
        ),
        problems.NO_HTTP: _(
            "%(host)s does not answer with HTTP at port %(port)s: correct the port, or"
            " what listens there"
        ),
        problems.ERROR: _("The probe itself has failed: %(text)s"),
    }


add_sentences({cause: partial(_describe_problem, cause) for cause in problems.CAUSES})
DESCRIPTIONS.update({CERTIFICATE: _describe_certificate, SILENT: _describe_silence})
