"""Health evaluation, once a minute: calls, silence, backlogs, findings of addons."""

from collections import defaultdict
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    BASELINE_WEEKS,
    DEGRADED,
    STATES,
    TROUBLED,
    WINDOW,
    Alert,
    CallStats,
    Finding,
    MomentParameter,
    StatusKey,
    evaluated_families,
    masked_logger,
    store_text,
    stored_text,
    weeks_before,
)

from ..evaluation import CALL_KINDS, Observation, Work, affected, evaluate
from ..local_commit import commit_locally
from .status_log import log_changes

_logger = masked_logger(__name__)
_CALLS_BY = ("family", "service", "operation", "company_id", "warehouse")
_SILENCE_BY = ("company_id", "service", "operation", "warehouse")
_HOUR, _MOMENT = timedelta(hours=1), timedelta(seconds=1)
_MIN_WEEKS = 2
_FAILING = ("failing", "refused")
_BUSY = 10
"""Calls per hour from which an hour without any is unusual."""
_MAX_CAUSES = 20
"""Of the worst findings; searching for a root cause takes several queries."""
PROVIDER = "health"
UNEVALUATED = "unevaluated"
_EVALUATED = MomentParameter("reliability.evaluated")
"""System parameter: when services were last evaluated."""
_TOUCH = """
    INSERT INTO ir_config_parameter AS known (key, value) VALUES (%s, '')
        ON CONFLICT (key) DO UPDATE SET value = known.value
"""


class ReliabilityEvaluator(models.AbstractModel):
    _inherit = "reliability.evaluator"

    @api.model
    def _cron_evaluate(self):
        """Evaluate all services now, and let open screens know."""
        commit_locally(self.env.cr)
        if not self._take_turn():
            _logger.info("Another process evaluates services, or has just done so")
            return
        self._run(fields.Datetime.now())
        # The message has no content: each screen reads what its user may see.
        viewers = self.env.ref("reliability.group_viewer")
        viewers._bus_send("reliability/evaluated", {})

    @api.model
    def _run(self, now):
        """Evaluate all services, store alerts and statuses, and log their changes.

        :param datetime now: in UTC
        """
        alerts, work = self._evaluate(now)
        self.env["reliability.alert"]._update(alerts, now)
        changed = self.env["reliability.service.status"]._update(work, now)
        log_changes(changed)
        self._set_last(now)

    @api.model
    def _take_turn(self):
        """Return whether this transaction is the one that evaluates now.

        Two at once would find the same alerts, open an incident each and notify people
        twice. Nobody waits: what the other one finds is enough.
        """
        key = [_EVALUATED.key]
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", key)
        if not self.env.cr.fetchone()[0]:
            return False
        try:
            # It fails if another one has ended since this transaction began, which
            # does not see the alerts of that one.
            with self.env.cr.savepoint():
                self.env.cr.execute(_TOUCH, key, log_exceptions=False)
        except OperationalError:
            return False
        return True

    @api.model
    def _last(self):
        return _EVALUATED.parse(stored_text(self.env, _EVALUATED.key)) or False

    @api.model
    def _set_last(self, now):
        """Store when services were last evaluated, and let the heartbeat follow."""
        self.env["reliability.heartbeat"]._send_on_commit(now)
        store_text(self.env, _EVALUATED.key, fields.Datetime.to_string(now))

    @api.model
    def _evaluate(self, now):
        """Return what one evaluation finds; nothing is stored.

        Companies whose work is not business are left out before anything of theirs
        could explain, or hide, what others find.

        :param datetime now: in UTC
        :return: the alerts, and the work of services: status key → `Work`
        :rtype: tuple[list[Alert], dict[StatusKey, Work]]
        """
        services = self.env["reliability.service"].search([])
        by_code = {service.code: service for service in services}
        left_out = self.env["reliability.health.provider"]._left_out_companies()
        found = [
            one
            for one in self._findings(by_code, now)
            if one[0].company_id not in left_out
        ]
        backlogs, late = self._observe_backlogs(by_code, now)
        shared = {key for key, _operation, _finding, is_shared in found if is_shared}
        called = {key for key, *_rest in found}
        work = {
            key: Work(key in called, backlogs.get(key), key in shared)
            for key in called | backlogs.keys()
        }
        alerts = self._finding_alerts([*found, *late], now)
        contributed = [
            alert
            for alert in self._contributed(now)
            if alert.company_id not in left_out
        ]
        return _explained(alerts, contributed), work

    @api.model
    def _contributed(self, now):
        """Return the alerts of addons.

        Where an addon fails, those of before: what is only unknown is not closed, and
        an alert says that it is unknown.
        """
        try:
            with self.env.cr.savepoint():
                return self.env["reliability.health.provider"]._alerts()
        except OperationalError:
            raise  # Odoo repeats the transaction
        except Exception as error:
            _logger.exception("Alerts of addons are not evaluated")
            unknown = Alert(
                PROVIDER,
                UNEVALUATED,
                "platform",
                DEGRADED,
                1,
                now,
                now,
                error=type(error).__name__,
                is_shared=True,
            )
            return [*self._contributed_before(), unknown]

    @api.model
    def _contributed_before(self):
        """Return the alerts of addons that are present, without that of their failure.

        :rtype: list[Alert]
        """
        present = self.env["reliability.alert.evidence"].search(
            [
                ("is_present", "=", True),
                ("cause", "!=", UNEVALUATED),
                "|",
                ("provider", "!=", PROVIDER),
                ("is_sampled", "=", False),
            ]
        )
        return [evidence._as_alert() for evidence in present]

    @api.model
    def _finding_alerts(self, found, now):
        """Return the alerts for findings, with their root causes.

        :param found: as ``_findings`` returns them
        """
        worst = {}
        for key, operation, finding, is_shared in found:
            if not finding:
                continue
            which = key, operation, finding.kind
            if which not in worst or worst[which][0].severity < finding.severity:
                worst[which] = finding, is_shared
        ordered = sorted(
            worst.items(), key=lambda item: item[1][0].severity, reverse=True
        )
        return [
            self._finding_alert(key, operation, *values, now, n < _MAX_CAUSES)
            for n, ((key, operation, _kind), values) in enumerate(ordered)
        ]

    @api.model
    def _finding_alert(self, key, operation, finding, is_shared, now, with_cause):
        service = self.env["reliability.service"].browse(key.service_id)
        reason = {
            "family": finding.family,
            "operation": operation,
            "kind": finding.kind,
            "part": finding.part,
            "whole": finding.whole,
            "since": fields.Datetime.to_string(finding.since),
        }
        if finding.values:
            reason["values"] = finding.values
        if not finding.has_own_time:
            reason = self._continue(key, reason, now)
        if with_cause:
            diagnosis = self.env["reliability.diagnosis"]
            observation = Observation(finding.state, reason)
            reason["cause"] = diagnosis._find_root_cause(
                observation, key, now
            ) or diagnosis._find_troubled_dependency(key)
        return Alert(
            PROVIDER,
            finding.kind,
            service.code,
            finding.state,
            reason["part"],
            fields.Datetime.to_datetime(reason["since"]),
            company_id=key.company_id,
            warehouse=key.warehouse,
            subject=operation,
            values=reason,
            is_shared=is_shared,
            is_sampled=True,
        )

    @api.model
    def _continue(self, key, reason, now):
        """Return a reason with the time when it was observed first; its numbers are of
        that whole time.
        """
        evidence = self.env["reliability.alert.evidence"]._find(
            PROVIDER, reason["kind"], key, reason["operation"]
        )
        if not evidence:
            return reason
        # Times are texts of one format. The clock may have been set back.
        since = min(fields.Datetime.to_string(evidence.since), reason["since"])
        return self._count_since(key, reason | {"since": since}, now)

    @api.model
    def _findings(self, services, now):
        return [
            *self._call_findings(services, now),
            *self._silence_findings(services, now),
            *super()._findings(services, now),
        ]

    @api.model
    def _call_findings(self, services, now):
        """Return a finding for each operation with calls, as ``_findings`` does."""
        shared_families = evaluated_families(is_of_company=False)
        by_minute = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + _MOMENT,
            by=_CALLS_BY,
            step=60,
            durations=False,
            family=evaluated_families(),
        )
        calls, shared = defaultdict(dict), set()
        for label_values, stats in by_minute.items():
            start, family, service, operation, company_id, warehouse = label_values
            if service not in services:
                continue
            key = StatusKey(services[service].id, company_id, warehouse)
            if family in shared_families:
                shared.add(key)
            # A service that consists of requests is evaluated as a whole.
            minutes = calls[key, family, "" if family == "http" else operation]
            minutes[start] = minutes[start] + stats if start in minutes else stats
        thresholds = self._thresholds(services)
        found = []
        for (key, family, operation), minutes in calls.items():
            limits = thresholds.get(operation, thresholds[key.service_id])
            finding = evaluate(minutes, now, limits)
            if finding:
                finding = finding._replace(family=family)
            found.append((key, operation, finding, key in shared))
        return found

    @api.model
    def _count_since(self, key, reason, now):
        """Return a reason with the numbers of the calls since its time.

        An evaluation counts the last quarter of an hour; trouble may have begun before.

        :param StatusKey key: whose calls
        :param dict reason: of an observation
        :param datetime now: in UTC
        """
        if reason["kind"] not in CALL_KINDS:
            return reason
        operation = reason["operation"]
        found = self.env["reliability.query"]._aggregate(
            fields.Datetime.to_datetime(reason["since"]),
            now + _MOMENT,
            by=("company_id", "warehouse"),
            durations=False,
            family=reason["family"],
            service=self.env["reliability.service"].browse(key.service_id).code,
            **({"operation": operation} if operation else {}),
        )
        stats = found.get((key.company_id, key.warehouse), CallStats())
        part, whole = affected(reason["kind"], stats)
        return reason | {"part": part, "whole": whole} if part else reason

    @api.model
    def _silence_findings(self, services, now):
        """Return findings for operations that are usual at this time and have no calls.

        Where the company has no calls at all, it is a holiday and there is no finding.

        :return: as ``_findings``
        """
        today = self.env["reliability.query"]._aggregate(
            now - _HOUR, now + _MOMENT, by=_SILENCE_BY, step=60, durations=False
        )
        at_work = {key[1] for key in today if key[0] >= now - WINDOW}
        called = {key[1:] for key in today}
        found = []
        for label_values, usual in self._usual_calls(now, _SILENCE_BY).items():
            company, service, operation, warehouse = label_values
            is_silent = label_values not in called and company in at_work
            if is_silent and service in services:
                since = now - _HOUR
                finding = Finding(DEGRADED, "silent", 0, usual, since, "operation")
                key = StatusKey(services[service].id, company, warehouse)
                found.append((key, operation, finding, False))
        return found

    @api.model
    def _usual_calls(self, now, by):
        """Return the calls per hour that there always are at this time of the week.

        :param by: names of dimensions, as ``reliability.query`` takes them
        :return: values of these dimensions → the fewest calls in an hour, where these
            are many
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        zone = self._zone()
        seen = defaultdict(list)
        for weeks in range(1, BASELINE_WEEKS + 1):
            begin = weeks_before(hour, weeks, zone) - _HOUR
            hours = self.env["reliability.query"]._aggregate(
                begin, begin + 2 * _HOUR, by=by, step=3600, durations=False
            )
            week = defaultdict(list)
            for (_start, *key), stats in hours.items():
                week[tuple(key)].append(stats.completed)
            for key, calls in week.items():
                seen[key].append(min(calls) if len(calls) == 2 else 0)
        return {
            key: min(weeks)
            for key, weeks in seen.items()
            if len(weeks) >= _MIN_WEEKS and min(weeks) >= _BUSY
        }

    @api.model
    def _zone(self):
        """Return the time zone of most users, whose clocks say when work begins."""
        zones = self.env["res.partner"]._read_group(
            [("user_ids.share", "=", False), ("tz", "!=", False)],
            ["tz"],
            order="__count DESC, tz",
            limit=1,
        )
        return zones[0][0] if zones else "UTC"

    @api.model
    def _observe_backlogs(self, services, now):
        """Return the backlogs of all providers, and findings about late work.

        :param dict services: code → record
        :return: status key → kind → ``count``, ``late`` and ``oldest``; and findings,
            as ``_findings`` returns them
        """
        found, findings = defaultdict(dict), []
        provider = self.env["reliability.health.provider"]
        left_out = provider._left_out_companies()
        for backlog in provider._backlogs():
            service = services.get(backlog.service)
            if not service or backlog.company_id in left_out:
                continue
            key = StatusKey(service.id, backlog.company_id, backlog.warehouse)
            oldest = backlog.oldest
            found[key][backlog.kind] = {
                "count": backlog.count,
                "late": backlog.late,
                "oldest": fields.Datetime.to_string(oldest) if oldest else False,
            }
            patience = timedelta(minutes=service.late_threshold)
            if backlog.late and patience and now - oldest > patience:
                numbers = backlog.late, backlog.count, oldest
                late = Finding(DEGRADED, "late", *numbers, has_own_time=True)
                findings.append((key, "", late, False))
        return found, findings

    @api.model
    def _thresholds(self, services):
        """Return the thresholds of services, by id, and of operations, by code."""
        found = {service.id: service._thresholds() for service in services.values()}
        for operation in self.env["reliability.operation"].search([]):
            found[operation.code] = operation._thresholds()
        return found


def _explained(found, contributed):
    """Return all alerts, without findings that have the cause of another alert.

    Labels fail because a carrier refuses them: one cause is one alert, the one that
    names the carrier and its error.

    :param found: alerts for findings
    :param contributed: alerts of providers
    """
    alerts, left = list(contributed), {}
    for number, finding in enumerate(found):
        explaining = [
            n
            for n, alert in enumerate(alerts)
            if alert.severity in TROUBLED and _explains(alert, finding)
        ]
        if not explaining:
            # Of findings with the same cause, the first, which is the worst.
            key = finding.service, finding.company_id, finding.warehouse
            left.setdefault((*key, _cause_subject(finding) or number), finding)
        for n in explaining[:1]:
            severity = max(alerts[n].severity, finding.severity, key=STATES.index)
            alerts[n] = alerts[n]._replace(severity=severity)
    return [*left.values(), *alerts]


def _explains(alert, finding):
    """Return whether an alert tells the cause of a finding, or names its operation."""
    explained = (alert.values or {}).get("explains", ())
    if finding.cause in _FAILING and finding.subject in explained:
        return alert.service == finding.service
    subject = _cause_subject(finding)
    is_here = alert.company_id in (finding.company_id, None)
    return bool(subject) and alert.subject == subject and is_here


def _cause_subject(finding):
    return (finding.values.get("cause") or {}).get("subject")
