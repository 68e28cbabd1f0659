"""Runs that probes on other hosts report."""

# What a probe reports is apart from what a run is.
# pylint: disable=consider-merging-classes-inherited

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from odoo.addons.reliability.api import masked, masked_name
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from ..probe.steps import PHASES
from ..run_result import INSIDE, PASSED, SLOW, RunResult
from ..ways import HTTP
from .last_certificates import CERTIFIED, last_certificates
from .problem_messages import phase_name

_PHASES = Markup('<table class="table table-sm w-auto mb-0"><tbody>%s</tbody></table>')
_PHASE = Markup('<tr><td>%s</td><td class="text-end">%s</td></tr>')


class ReliabilitySyntheticRun(models.Model):
    _inherit = "reliability.synthetic.run"

    host_time = fields.Datetime(
        string="Started by the Host's Clock",
        readonly=True,
        help="As the probe has reported it. Odoo corrects the time of a run where the"
        " clock of the probe's host is wrong.",
    )
    phases = fields.Json(
        readonly=True, help="Seconds of each phase of the final attempt."
    )
    phase_table = fields.Html(compute="_compute_phase_table", sanitize=False)
    certificate_not_before = fields.Datetime(
        string="Certificate Valid from", readonly=True
    )
    certificate_not_after = fields.Datetime(
        string="Certificate Ends",
        readonly=True,
        help="Of the certificates that the address was verified with, the first end.",
    )
    certificate_subject = fields.Char(string="Certificate", readonly=True)
    certificate_issuer = fields.Char(readonly=True)

    _reported_once = models.UniqueIndex(
        f"(journey_id, place, host_time) WHERE place <> '{INSIDE}'"
    )

    _certified = models.Index(
        f"(journey_id, place, started_at DESC, id DESC) WHERE {CERTIFIED}"
    )

    @api.depends("phases")
    @api.depends_context("lang")
    def _compute_phase_table(self):
        for run in self:
            phases = run.phases or {}  # PostgreSQL sorts them by its own rule
            rows = [
                _PHASE % (phase_name(self.env, code), _milliseconds(self.env, seconds))
                for code in PHASES
                if (seconds := phases.get(code)) is not None
            ]
            run.phase_table = bool(rows) and _PHASES % Markup().join(rows)

    @api.model
    def _receive(self, report, host_time, behind):
        """Store the report of a probe; sent again it changes nothing.

        It may come late, after newer ones: the time of a run decides what is the last.

        :param Report report: of :mod:`..probe.contract`, with times that are corrected
        :param datetime host_time: when the run began by the clock of its host
        :param timedelta behind: how much that clock is behind
        :return: what the sender is told, for JSON
        :raise InvalidMessage: no journey is run by probes under this code
        """
        journey = self.env["reliability.synthetic.journey"]._reported(report.journey)
        identity = {
            "journey_id": journey.id,
            "place": report.place,
            "host_time": host_time,
        }
        run = self.search([(name, "=", value) for name, value in identity.items()])
        if not run:
            run = self.create({**identity, **_values_of(report)})
            run._store(_result_of(report, journey._thresholds()))
            self.env["reliability.synthetic.place"]._expect(run, behind)
        return {"run": run.id, "result": run.state}

    @api.model
    def _last_certificates(self):
        """Return the last run of each journey and place that has seen a certificate."""
        self.flush_model()
        self.env["reliability.synthetic.journey"].flush_model()
        self.env["reliability.synthetic.place"].flush_model()
        query = SQL(last_certificates("%(now)s"), now=fields.Datetime.now())
        return self.browse(row[0] for row in self.env.execute_query(query))


class ReliabilitySyntheticJourney(models.Model):
    _inherit = "reliability.synthetic.journey"

    @api.model
    def _reported(self, code):
        """Return the journey that a report is about.

        One of a company of others is unknown to the user of the API key.

        :raise InvalidMessage: there is none, or probes do not run it
        """
        found = self.with_context(active_test=False).search([("code", "=", code)])
        if found.company_id not in self.env.user.company_ids:
            raise InvalidMessage(
                f"There is no journey {masked_name(code)}: name one of those in"
                " Platform > Synthetic Checks by --journey."
            )
        if found.way != HTTP:
            raise InvalidMessage(
                f"Odoo runs the journey {code} itself: name one over HTTP by --journey."
            )
        if not found.active:
            raise InvalidMessage(
                f"The journey {code} is archived: stop the probe, or restore it in"
                " Platform > Synthetic Checks."
            )
        return found

    def _thresholds(self):
        """Return after how many seconds steps are slow: code → seconds."""
        return {
            step.step: step.slow_after for step in self.step_ids if step.slow_after > 0
        }


def _milliseconds(env, seconds):
    count = seconds * 1000
    text = formatLang(env, count, digits=0 if count >= 10 else 1)
    return env._("%(count)s ms", count=text)


def _values_of(report):
    certificate = report.certificate
    return {
        "started_at": report.started_at,
        "host": masked_name(report.host),
        "phases": report.phases,
        "certificate_not_before": certificate and certificate.not_before,
        "certificate_not_after": certificate and certificate.not_after,
        "certificate_subject": certificate and masked_name(certificate.subject),
        "certificate_issuer": certificate and masked_name(certificate.issuer),
    }


def _result_of(report, thresholds):
    """Return the result of a run: masked, and slow where a step was."""
    return RunResult(
        tuple(
            attempt._replace(
                steps=tuple(_evaluated(step, thresholds) for step in attempt.steps)
            )
            for attempt in report.attempts
        )
    )


def _evaluated(step, thresholds):
    is_slow = step.seconds > thresholds.get(step.step, step.seconds)
    values = (step.values or {}).items()
    return step._replace(
        result=SLOW if is_slow and step.result == PASSED else step.result,
        error=masked(step.error),
        values={name: _masked_value(name, value) for name, value in values},
    )


def _masked_value(name, value):
    """Return a value of a sentence; messages of Odoo are texts, the others names."""
    if not isinstance(value, str):
        return value
    return masked(value) if name == "message" else masked_name(value)
