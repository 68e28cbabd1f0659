"""Answers to pipelines that ask whether they may deploy."""

# What is asked is apart from what is reported.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from ..deployment_message import PLANNED

_MAX_AHEAD = timedelta(days=3660)
"""Of plans; calendars end at some time."""
_HOW = (
    "Wait, or let a manager of Reliability make an override at Incidents > Deployment"
    " Overrides, and send its number as override."
)


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    @api.model
    def _receive_asked(self, report, question):
        """Store the report of a pipeline that asks, unless the answer is no.

        Whether a deployment may go on that has begun already is not asked again: its
        message was sent twice, or late.

        :param DeploymentReport report: planned or running
        :param Question question: what is asked
        :return: what the sender gets, for JSON
        :raise InvalidMessage: it must not deploy; the text says why
        """
        _check_person(question)
        known = self._by_key(report.source, report.key)
        if known._has_started() and not known._begins_again(report):
            return self._receive(report)
        risk = self._risk_between(*_time_of(report))
        refusing = None if self._is_way_back(report) else self._refusing(risk)
        override = known._override_asked(question, risk, refusing)
        result = self._receive(report)
        deployment = self.browse(result["deployment"])
        if report.state != PLANNED:
            deployment._add_risk(risk)
        if risk and override and override != deployment.override_id:
            deployment._override_by(override)
        elif risk and question.reason and not override:
            deployment._override_of_pipeline(question, risk)
        return result | ({"detail": self._warning(risk)} if risk else {})

    @api.model
    def _is_way_back(self, report):
        """Return whether a report undoes a deployment, and not the undoing of one.

        Nobody has to wait with that, nor to explain it.
        """
        undone = self._by_key(report.source, report.rolls_back)
        return bool(report.rolls_back) and not undone.rolls_back_id

    def _override_asked(self, question, risk, refusing):
        """Return the override that holds for a deployment; empty for none.

        It is one that its pipeline names, or that it has already: of its plan.

        :param Risk refusing: the part of the risk for which it is refused, if any
        :raise InvalidMessage: it needs one, and there is none
        """
        now = fields.Datetime.now()
        overrides = self.env["reliability.deployment.override"].sudo()
        named = overrides.browse(question.override).exists()
        found = (named | self.override_id).filtered(
            lambda one: one._covers(refusing or risk, now, self)
        )
        if found or question.reason or not refusing:
            return found[:1]
        reasons = self._reasons(refusing)
        if question.override:
            raise InvalidMessage(
                f"Refused: {reasons}. Override {question.override} does not allow it"
                f" now: it may be over, or not be for this. {_HOW}"
            )
        raise InvalidMessage(f"Refused: {reasons}. {_HOW}")

    def _override_of_pipeline(self, question, risk):
        """Store the reason that its pipeline has given."""
        self.env["reliability.deployment.override"].sudo().create(
            {
                "deployment_id": self.id,
                "reason": masked(question.reason),
                "person": masked(question.person),
                "until": False,
                "freeze_ids": risk.freezes.ids,
                "is_for_budgets": bool(risk.services),
            }
        )

    @api.model
    def _warning(self, risk):
        return f"Beware: {self._reasons(risk)}."

    @api.model
    def _reasons(self, risk):
        """Return what speaks against a deployment, in English, as all answers."""
        texts = [
            f"the change freeze {freeze.name} lasts until {until.isoformat()}Z"
            for freeze, until in risk.until.items()
            if freeze in risk.freezes
        ]
        if names := self.with_context(lang="en_US")._spent_names(risk):
            texts.append(f"the error budget of {names} is spent")
        return ", and ".join(texts)


def _check_person(question):
    """Check that it is stored who gives a reason: addresses of people are masked.

    :raise InvalidMessage: it would not be
    """
    if question.reason and masked(question.person) != question.person:
        raise InvalidMessage(
            "person must say who overrides by a name, and not by what looks like an"
            f" address or a secret, which is not stored: {masked(question.person)}"
        )


def _time_of(report):
    """Return the time in which a deployment is to be made: now, or as it is planned."""
    now = fields.Datetime.now()
    if report.state != PLANNED:
        return now, now
    begin = max(report.planned_begin or report.begin or now, now)
    begin = min(begin, now + _MAX_AHEAD)
    return begin, max(report.planned_end or begin, begin)
