"""Looking, each minute, at how every service is: calls, silence, and what waits."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..telemetry.evaluation import DEGRADED, FINE, NO_DATA, WINDOW, Finding, judge
from ..telemetry.families import evaluated_families
from .local_day import WEEKS_COMPARED, weeks_before
from .reliability_service_status import Observation, Place

_APART = ("family", "service", "operation", "company_id", "warehouse")
_HOUR, _MOMENT = timedelta(hours=1), timedelta(seconds=1)
_FEWEST_WEEKS = 2
_BUSY = 10
"""Calls an hour from which on it is unusual that there is none."""


class ReliabilityEvaluator(models.Model):
    _name = "reliability.evaluator"
    _description = "When It Was Last Looked How Services Are"
    _log_access = False

    judged = fields.Datetime(required=True)

    @api.model
    def _cron_evaluate(self):
        """Look how every service is, and let everybody who looks on know."""
        self._judge(fields.Datetime.now())
        # Without data: whoever hears it asks, and is told what he may know.
        self.env.ref("reliability.group_viewer")._bus_send("reliability/judged", {})

    @api.model
    def _judge(self, now):
        """Look how every service is at a moment, and tell who is to be told.

        :param datetime now: in UTC
        """
        changed = self.env["reliability.service.status"]._follow(self._look(now), now)
        telling = self.env["reliability.notifier"]
        telling._log_changes(changed)
        telling._notify_changes(now)
        self._note(now)

    @api.model
    def _last(self):
        """Return when it was last looked; ``False`` if never."""
        return self.search_fetch([], ["judged"], limit=1).judged

    @api.model
    def _note(self, now):
        if row := self.search([], limit=1):
            row.judged = now
        else:
            self.create({"judged": now})

    @api.model
    def _look(self, now):
        """Return what one look shows.

        :rtype: dict[Place, Sight]
        """
        services = self.env["reliability.service"].search([])
        by_code = {service.code: service for service in services}
        findings, shared = self._observe_calls(by_code, now)
        for place, found in self._observe_silence(by_code, now).items():
            findings.setdefault(place, []).extend(found)
        locks = self.env["reliability.lock.wait"]
        for place, found in locks._findings(by_code, shared).items():
            findings.setdefault(place, []).extend(found)
        platform = self.env["reliability.host"]._findings()
        if platform and "platform" in by_code:
            place = Place(by_code["platform"].id, None, "")
            findings.setdefault(place, []).extend(platform)
            shared.add(place)
        waiting = self._observe_backlogs(by_code, findings, now)
        return {
            place: self._sight(place, findings, waiting, shared, now)
            for place in findings.keys() | waiting.keys()
        }

    @api.model
    def _sight(self, place, findings, waiting, shared, now):
        """Return what a look at one place shows: the worst, and what is to blame."""
        seen = _sight(findings.get(place), waiting.get(place), place in shared)
        if seen.reason:
            seen.reason["cause"] = self.env["reliability.diagnosis"]._find_root_cause(
                seen, place, now
            )
        return seen

    @api.model
    def _observe_calls(self, services, now):
        """Return what is wrong with the calls of each place, and which are shared.

        :rtype: tuple[dict[Place, list], set[Place]]
        :return: (operation, finding) of each operation with calls, and no finding where
            they are fine
        """
        shared_families = evaluated_families(is_of_company=False)
        by_minute = self.env["reliability.query"]._aggregate(
            now - WINDOW,
            now + _MOMENT,
            by=_APART,
            step=60,
            durations=False,
            family=[*evaluated_families(is_of_company=True), *shared_families],
        )
        calls, shared = defaultdict(dict), set()
        for (start, family, service, operation, *of), figures in by_minute.items():
            if service not in services:
                continue
            place = Place(services[service].id, of[0], of[1])
            if family in shared_families:
                shared.add(place)
            # A service that consists of requests is judged as a whole.
            key = place, "" if family == "http" else operation
            minutes = calls[key]
            minutes[start] = minutes[start] + figures if start in minutes else figures
        limits = self._thresholds(services)
        found = defaultdict(list)
        for (place, operation), minutes in calls.items():
            of = limits.get(operation, limits[place.service_id])
            found[place].append((operation, judge(minutes, now, of)))
        return found, shared

    @api.model
    def _observe_silence(self, services, now):
        """Find operations that are usual at this time, and that nobody calls.

        Not where nobody does anything else either: that is a holiday.

        :return: places → (operation, finding)
        """
        reading = self.env["reliability.query"]
        apart = ("company_id", "service", "operation", "warehouse")
        today = reading._aggregate(
            now - _HOUR, now + _MOMENT, by=apart, step=60, durations=False
        )
        at_work = {key[1] for key in today if key[0] >= now - WINDOW}
        called = {key[1:] for key in today}
        found = defaultdict(list)
        for key, usual in self._usual_calls(now, apart).items():
            company, service, operation, warehouse = key
            if key not in called and company in at_work and service in services:
                silent = Finding(DEGRADED, "silent", 0, usual, now - _HOUR)
                place = Place(services[service].id, company, warehouse)
                found[place].append((operation, silent))
        return found

    @api.model
    def _usual_calls(self, now, apart):
        """Return the calls an hour that there always are at this time of the week.

        :return: values of ``apart`` → the fewest in an hour, where these are many
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        zone = self._zone()
        seen = defaultdict(list)
        for weeks in range(1, WEEKS_COMPARED + 1):
            begin = weeks_before(hour, weeks, zone) - _HOUR
            hours = self.env["reliability.query"]._aggregate(
                begin, begin + 2 * _HOUR, by=apart, step=3600, durations=False
            )
            week = defaultdict(list)
            for (_start, *key), figures in hours.items():
                week[tuple(key)].append(figures.judged)
            for key, calls in week.items():
                seen[key].append(min(calls) if len(calls) == 2 else 0)
        return {
            key: min(weeks)
            for key, weeks in seen.items()
            if len(weeks) >= _FEWEST_WEEKS and min(weeks) >= _BUSY
        }

    @api.model
    def _zone(self):
        """Return the time zone that most users are in: work begins by their clocks."""
        zones = self.env["res.partner"]._read_group(
            [("user_ids.share", "=", False), ("tz", "!=", False)],
            ["tz"],
            order="__count DESC, tz",
            limit=1,
        )
        return zones[0][0] if zones else "UTC"

    @api.model
    def _observe_backlogs(self, services, findings, now):
        """Return what waits in each place, and find what is too late.

        :rtype: dict[Place, dict]
        """
        found = defaultdict(dict)
        for of in self.env["reliability.health.provider"]._backlogs():
            service = services.get(of.service)
            if not service:
                continue
            place = Place(service.id, of.company_id, of.warehouse)
            oldest = fields.Datetime.to_string(of.oldest) if of.oldest else False
            found[place][of.kind] = {
                "count": of.count,
                "late": of.late,
                "oldest": oldest,
            }
            patience = timedelta(minutes=service.late_threshold)
            if of.late and patience and now - of.oldest > patience:
                late = Finding(DEGRADED, "late", of.late, of.count, of.oldest)
                findings.setdefault(place, []).append(("", late))
            if of.at_risk:
                risk = Finding(DEGRADED, "at_risk", of.at_risk, of.count, of.deadline)
                findings.setdefault(place, []).append((of.kind, risk))
        return found

    @api.model
    def _thresholds(self, services):
        """Return the limits of services, by id, and of operations, by code."""
        limits = {service.id: service._thresholds() for service in services.values()}
        for operation in self.env["reliability.operation"].search([]):
            limits[operation.code] = operation._thresholds()
        return limits


def _sight(findings, waiting, is_shared):
    """Return what a look at one place shows: the worst of what was found."""
    wrong = [(of.severity, operation, of) for operation, of in findings or () if of]
    if not wrong:
        state = FINE if findings else NO_DATA
        return Observation(state, None, waiting, is_shared)
    _severity, operation, worst = max(wrong, key=lambda found: found[0])
    reason = {
        "operation": operation,
        "kind": worst.kind,
        "part": worst.part,
        "whole": worst.whole,
        "since": fields.Datetime.to_string(worst.since),
    }
    return Observation(worst.state, reason, waiting, is_shared)
