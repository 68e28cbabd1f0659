"""Sentences about what probes find, and what to do about it; without a full stop."""

from datetime import UTC, datetime
from functools import partial

from odoo.addons.reliability.api import formatting

from ..probe import problems
from .alert_messages import ABOUT_JOURNEYS, DESCRIPTIONS
from .problem_messages import add_sentences, step_name
from .reliability_synthetic_state import place_name

CERTIFICATE, SILENT, CLOCK = "certificate", "silent", "clock"
"""Causes of alerts."""
_NAMED = (
    *("host", "port", "status", "location", "names", "issuer", "step", "text"),
    *("message", "document", "state", "expected", "login", "carrier"),
)
_MOMENTS = "not_before", "not_after"
_MODELS = "sale.order", "stock.picking"
"""Those whose states a probe reports."""


def _describe_problem(cause, env, values):
    """Return why a step of a probe has failed.

    :param dict values: of the result: ``host`` and ``port``, of an answer ``status``
        and ``location``, of a certificate ``names``, ``issuer`` and its times, of a
        document ``model``, ``document``, ``state`` and the ``expected`` one, of Odoo
        its ``message``, of the portal ``login``, of a delivery its ``carrier``; other
        programs may leave them out
    """
    named = {name: values.get(name, "") for name in _NAMED}
    moments = {name: _moment(env, values.get(name, "")) for name in _MOMENTS}
    sentences = _sentences(env) | _order_sentences(env)
    return sentences[cause] % {**named, **moments, **_labels(env, values)}


def _describe_certificate(journey, _run, alert):
    """Return that the certificate which a run has seen ends soon."""
    return journey.env._(
        "The certificate of %(name)s, which %(journey)s needs, ends %(time)s: renew it",
        name=alert.values.get("subject") or "?",
        journey=journey.name,
        time=_moment(journey.env, alert.values.get("ends", "?")),
    )


def _describe_silence(journey, _run, alert):
    """Return that a probe sends nothing any more."""
    return journey.env._(
        "The probe in %(place)s has sent nothing about %(journey)s since %(time)s:"
        " check on its host that odoo reliability_probe runs, and what it logs; or"
        " remove the place in the journey",
        place=place_name(journey.env, alert.values.get("place") or "?"),
        journey=journey.name,
        time=_moment(journey.env, alert.values.get("reported", "?")),
    )


def _describe_clock(journey, _run, alert):
    """Return that the clock of a probe's host is wrong."""
    env, behind = journey.env, alert.values["behind"]
    values = {
        "place": place_name(env, alert.values["place"]),
        "journey": journey.name,
        "duration": formatting.duration(env, abs(behind)),
    }
    if behind > 0:
        return env._(
            "The clock of the host in %(place)s that runs %(journey)s is %(duration)s"
            " behind that of Odoo: let NTP set the clocks of both hosts",
            **values,
        )
    return env._(
        "The clock of the host in %(place)s that runs %(journey)s is %(duration)s ahead"
        " of that of Odoo: let NTP set the clocks of both hosts",
        **values,
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


def _labels(env, values):
    """Return the labels of states, and the names of steps, instead of their codes."""
    model = values.get("model")
    states = {}
    if model in _MODELS:
        states = dict(env[model]._fields["state"]._description_selection(env))
    return {
        name: states.get(code) or step_name(env, code)
        for name in ("state", "expected")
        if (code := values.get(name))
    }


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


def _order_sentences(env):
    """Return cause → sentence about the orders of the synthetic company."""
    _ = env._
    return {
        problems.KEY: _(
            "Odoo does not accept the API key of the account file: the key has ended,"
            " or its user is archived. Press New Accounts in Configuration › Synthetic"
            " Company, and replace the file on the probe's host"
        ),
        problems.NO_API: _(
            "%(host)s does not answer as the external API of Odoo does: let the ingress"
            " pass /json/2, and name the database by --database if there are several"
        ),
        problems.REFUSED_BY_ODOO: _("Odoo refuses the step %(step)s: %(message)s"),
        problems.SERVER_ERROR: _(
            "Odoo fails with an error in the step %(step)s: see the log of Odoo at that"
            " time. %(message)s"
        ),
        problems.WRONG_PRICE: _(
            "The quotation %(document)s has an untaxed amount of %(state)s instead of"
            " %(expected)s: check price lists, and what changes prices in the synthetic"
            " company"
        ),
        problems.ORDER_STATE: _(
            "The order %(document)s is in the state %(state)s instead of %(expected)s:"
            " check what changes the states of orders"
        ),
        problems.NOT_CONFIRMED: _(
            "The order %(document)s was to be confirmed, and is in the state %(state)s:"
            " check who must approve orders, and who cancels those of the synthetic"
            " company"
        ),
        problems.NO_DELIVERY: _(
            "The order %(document)s was confirmed, and has no delivery: check the"
            " routes and rules of the warehouse of the synthetic company"
        ),
        problems.NOT_RESERVED: _(
            "The delivery %(document)s is in the state %(state)s after the reservation:"
            " check the stock of the product of the synthetic company, and the rules of"
            " its warehouse"
        ),
        problems.OPENS_DIALOG: _(
            "The delivery of %(document)s is not validated, since the dialog"
            " %(message)s opens: users must answer it, too"
        ),
        problems.NOT_VALIDATED: _(
            "The delivery %(document)s was validated, and is in the state %(state)s:"
            " check what changes the validation of transfers"
        ),
        problems.NOT_DELIVERED: _(
            "The delivery of %(document)s is done, but the order is not delivered: let"
            " the warehouse of the synthetic company deliver in one step"
        ),
        problems.NO_LOG_IN_FORM: _(
            "The page /web/login of %(host)s has no form to log in: check what the"
            " ingress and a single sign-on do with this page"
        ),
        problems.LOG_IN_REFUSED: _(
            "The portal does not let %(login)s in: check that this user is not archived"
            " and needs no second factor; else press New Accounts in Configuration ›"
            " Synthetic Company, and replace the file on the probe's host"
        ),
        problems.NOT_SHOWN: _(
            "The portal does not show the order %(document)s to %(login)s: check the"
            " rules about orders for portal users, and what changes the page of orders"
        ),
        problems.SIGNATURE_REFUSED: _(
            "The portal refuses the signature of %(document)s: check who changes orders"
            " of the synthetic company, and what changes the signing of orders."
            " %(message)s"
        ),
        problems.NO_RATE: _(
            "%(carrier)s gives no rate for the order %(document)s: check the delivery"
            " method in Configuration › Synthetic Company, and whether the test"
            " environment of the carrier works. %(message)s"
        ),
        problems.NO_LABEL: _(
            "The delivery %(document)s is done, and %(carrier)s has given neither a"
            " tracking reference nor a label: check the delivery method in"
            " Configuration › Synthetic Company, and whether the operation type of the"
            " delivery generates shipping labels"
        ),
        problems.DOCUMENTS_LEFT: _(
            "After the clean-up of %(document)s, %(state)s orders and transfers remain:"
            " check in the synthetic company what prevents that they are cancelled and"
            " deleted"
        ),
        problems.STEP_MISSING: _(
            "%(step)s needs the step %(expected)s before it: add that step to the"
            " journey"
        ),
        problems.UNKNOWN_STEP: _(
            "The probe does not know the step %(step)s: install the present version of"
            " the suite on the probe's host"
        ),
    }


add_sentences({cause: partial(_describe_problem, cause) for cause in problems.CAUSES})
DESCRIPTIONS.update(
    {
        CERTIFICATE: _describe_certificate,
        SILENT: _describe_silence,
        CLOCK: _describe_clock,
    }
)
ABOUT_JOURNEYS.update((SILENT, CLOCK))
