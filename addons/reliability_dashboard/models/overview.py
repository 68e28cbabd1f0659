"""The content of the cockpit for one user at one moment."""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from odoo import fields

from odoo.addons.reliability.api import (
    STATES,
    TROUBLED,
    LocalDay,
    formatting,
    read_shared,
)

from .freshness import Freshness

_HOUR = 3600
_MAX_CONTINGENCY = 400
"""Characters."""

_MAX_ALERTS = 5
"""The others are in the list To Do."""


class CallCounts(NamedTuple):
    """Number of calls, as cards show them."""

    calls: int = 0
    failures: int = 0
    slow: int = 0


class Overview:
    """The service statuses, call counts and alerts that one user may see.

    Each record is read once and used for several parts of the screen.

    :ivar scope: the companies and the warehouse that are shown
    :ivar day: today, in the user's time zone
    :ivar statuses: the service statuses of the scope
    """

    def __init__(self, env, warehouse_id=None):
        self.env = env
        self.now = fields.Datetime.now()
        self.provider = env["reliability.health.provider"]
        self._user_warehouses = self.provider._warehouses()
        self.scope = self.provider._scope(warehouse_id, self._user_warehouses)
        self.day = LocalDay.containing(self.now, env.tz.zone)
        self._all_statuses = _fetch_all(env["reliability.service.status"])
        self.statuses = self._all_statuses.filtered(
            lambda status: (
                status.is_shared
                or self.scope.has(status.company_id.id, status.warehouse or "")
            )
        )
        self.freshness = Freshness(env, self.now)
        self._described = {}

    @cached_property
    def _is_admin(self):
        """Whether the user sees all calls, also those without a company."""
        return self.env.user.has_group("reliability.group_admin")

    @cached_property
    def _criticality_rank(self):
        """Criticality → rank; 0 is the most critical."""
        field = self.env["reliability.service"]._fields["criticality"]
        return {value: n for n, value in enumerate(field.get_values(self.env))}

    @cached_property
    def _services(self):
        """All services, the most critical first, then by sequence."""
        return _fetch_all(self.env["reliability.service"]).sorted(
            lambda service: self._criticality_rank[service.criticality]
        )

    @cached_property
    def _operations(self):
        return _fetch_all(self.env["reliability.operation"])

    def content(self):
        """Return everything that ``read_cockpit`` returns."""
        user, warehouse = self.env.user, self.scope.warehouse
        settings = self.env["res.users.settings"].sudo()
        settings = settings.search_fetch(
            [("user_id", "=", user.id)], ["reliability_technical"]
        )
        by_hour = self._calls_by_hour()
        cards = self._cards(by_hour)  # first: it fetches what the other parts read
        return {
            "day": self.day.date.isoformat(),
            "freshness": self.freshness.content(),
            "warehouse": warehouse.id if warehouse else False,
            "warehouses": self._warehouses(),
            "headline": self._headline(),
            "cards": cards,
            "alerts": self._alert_rows(),
            "alert_count": len(self.alerts),
            "departures": [
                departure._asdict()
                for departure in self.provider._departures(self.scope)
            ],
            "summary": self.summary() if self._is_complete() else False,
            "operations": self._operation_counts(by_hour),
            "technical": settings.reliability_technical,
            "can_configure": self._is_admin,
            "setup": self._is_admin and self.env["reliability.cockpit"]._has_setup(),
        }

    def summary(self):
        """Return the worst state, the number and the first text of the user's alerts.

        These are the alerts that are his, and those of nobody on which he can act.
        Only alerts in trouble are counted, not everyday work.
        """
        alerts = [
            alert
            for alert in self.alerts
            if alert.user_id == self.env.user or (not alert.user_id and alert.can_act)
        ]
        troubled = [alert for alert in alerts if alert.severity in TROUBLED]
        return {
            "state": troubled[0].severity if troubled else "fine",
            "count": len(troubled),
            "text": self._describe(alerts[0]).text
            if alerts
            else self.env._("Nothing needs your attention now."),
        }

    @cached_property
    def alerts(self):
        """The alerts of the scope that nobody has snoozed, the worst first."""
        alerts = self.env["reliability.alert"].search(
            [("state", "in", ("open", "acknowledged"))]
        )
        return alerts.filtered(
            lambda alert: (
                alert.is_shared
                or self.scope.has(alert.company_id.id, alert.warehouse or "")
            )
        )

    def _alert_rows(self):
        """Return the first alerts as the browser shows them."""
        return [
            {
                "key": alert.id,
                "state": alert.severity,
                "text": self._text_with_owner(alert, described.text),
                "button": described.button,
                "action": described.action,
                "can_act": alert.can_act,
                "owner": alert.user_id.name or "",
            }
            for alert in self.alerts[:_MAX_ALERTS]
            for described in [self._describe(alert)]
        ]

    def _describe(self, alert):
        """Return an alert as the user sees it; described once for all of the screen."""
        if alert not in self._described:
            self._described[alert] = alert._describe()
        return self._described[alert]

    def _is_complete(self):
        """Whether the scope has everything that the user may see."""
        return not self.scope.warehouse or len(self._user_warehouses) == 1

    def _warehouses(self):
        states = defaultdict(list)
        for status in self._all_statuses:
            states[status.company_id.id, status.warehouse].append(status.state)
        return [
            {
                "id": warehouse.id,
                "name": warehouse.name,
                "state": self._worst_state(
                    states[warehouse.company_id, warehouse.code]
                ),
            }
            for warehouse in self._user_warehouses
        ]

    # Headline

    def _headline(self):
        if self.freshness.text:
            return _headline("stale", self.freshness.text)
        alert = self.alerts[:1]
        if alert.severity not in TROUBLED:
            return self._headline_without_trouble()
        described = self._describe(alert)
        service = alert.service_id
        troubled = self._troubled_statuses.service_id - service
        text = self._text_with_owner(alert, described.text)
        others = (
            self.env._("Other services in trouble: %(more)s", more=len(troubled))
            if troubled
            else ""
        )
        text = formatting.paragraph(text, others)
        contingency = service.sudo()._first_paragraph()[:_MAX_CONTINGENCY]
        return _headline(
            alert.severity, text, contingency, described.button, described.action
        )

    def _headline_without_trouble(self):
        # Requests that are served are no sign that this company works.
        own = self.statuses.filtered(lambda status: not status.is_shared)
        state = self._worst_state(own.mapped("state"))
        if state == "no_data":
            text = self.env._("Nobody has worked here for a quarter of an hour.")
        else:
            text = self.env._("All services work.")
        late = [
            backlog["text"]
            for service in self.statuses.service_id
            for backlog in self._service_backlogs(service)
            if backlog["late"]
        ]
        return _headline(state, formatting.paragraph(text, *late))

    # Cards

    def _cards(self, by_hour):
        services = self._services  # fetches all of them in one query
        usual = self.env["reliability.cockpit"]._usual_calls_by_hour(
            self.scope, self.day
        )
        main = self._main_operations
        called = {service for _hour, service in by_hour}
        lines = self.provider._service_lines(self.scope)
        cards = [
            *(
                self._card(service, by_hour, usual, main.get(service.code))
                | {"lines": [one._asdict() for one in lines.get(service.code, ())]}
                for service in services
                if service.code in called or self._service_statuses(service)
            ),
            *(
                self._with_alerts(card)._asdict()
                for card in self.provider._cards(self.scope)
            ),
        ]
        return sorted(cards, key=lambda card: -_rank(card["state"]))

    def _with_alerts(self, card):
        """Return a card as bad as what is unsettled, with the reason."""
        alerts = [
            alert
            for alert in self.alerts
            if alert.severity in TROUBLED and _is_about(alert, card.subject)
        ]
        if not alerts:
            return card
        worst = max((card.state, *(one.severity for one in alerts)), key=STATES.index)
        return card._replace(
            state=worst, text=card.text or self._describe(alerts[0]).text
        )

    def _card(self, service, by_hour, usual, main):
        """Return the card of a service, with the number of calls of one operation.

        Different operations are not added: a reservation and a validation of the same
        transfer are not two pieces of work.

        :param main: the main operation of the service; ``None`` if it has none
        """
        statuses = self._service_statuses(service)
        worst = _worst_status(statuses)
        state = worst.state if worst else "no_data"
        today = [
            by_hour.get((hour, service.code), {}).get(main.code, CallCounts())
            for hour in (self._hours() if main else ())
        ]
        usual_hours = usual.get((service.code, main.code)) if main else None
        return {
            "key": service.code,
            "name": service.name,
            "state": "stale" if self.freshness.text else state,
            "text": self._text_with_owner(worst, worst.description) if worst else "",
            "backlogs": self._service_backlogs(service),
            "today": _total(today)._asdict() if main else None,
            "usual": self._usual_by_now(usual_hours),
            "trend": {
                "today": [hour.calls for hour in today],
                "failures": [hour.failures for hour in today],
                "usual": usual_hours or [],
            },
            "operation": main.code if main else False,
            "operation_name": main.name if main else "",
            "action": self._open_service(service),
        }

    def _hours(self):
        """Return the start of each hour of the day so far."""
        return [start for start in self.day.starts(_HOUR) if start <= self.now]

    def _calls_by_hour(self):
        """Return today's calls: (hour, service) → operation → `CallCounts`."""
        return read_shared(
            self.env,
            self.freshness.last_polls,
            ("by hour", self.scope, self.day),
            self._aggregate_calls_by_hour,
        )

    def _aggregate_calls_by_hour(self):
        aggregated = self.env["reliability.query"]._aggregate(
            self.day.begin,
            self.now + timedelta(minutes=1),
            by=("service", "operation"),
            step=_HOUR,
            durations=False,
            **self.scope.where,
        )
        by_hour = defaultdict(dict)
        for (hour, service, operation), stats in aggregated.items():
            counts = CallCounts(stats.completed, stats.failures, stats.slow)
            by_hour[hour, service][operation] = counts
        return by_hour

    def _usual_by_now(self, usual):
        """Return the usual number of calls up to this time of the day."""
        if not usual:
            return None
        hours = max(0, (self.now - self.day.starts(_HOUR)[0]).total_seconds() / _HOUR)
        whole = int(hours)
        part = usual[whole] * (hours - whole) if whole < len(usual) else 0
        return round(sum(usual[:whole]) + part)

    def _operation_counts(self, by_hour):
        """Return today's calls of each measured operation."""
        counts = defaultdict(list)
        for operations in by_hour.values():
            for code, operation_counts in operations.items():
                counts[code].append(operation_counts)
        return [
            {
                "code": operation.code,
                "name": operation.name,
                "service": operation.service_id.name,
                **_total(counts[operation.code])._asdict(),
            }
            for operation in self._operations
        ]

    @cached_property
    def _main_operations(self):
        """Service → its first operation, whose number its card shows."""
        by_service = self._operations.grouped(lambda one: one.service_id.code)
        return {service: operations[0] for service, operations in by_service.items()}

    # Service statuses and backlogs

    @cached_property
    def _troubled_statuses(self):
        """Degraded and interrupted statuses, of the most critical services first."""
        troubled = self.statuses.filtered(lambda status: status.state in TROUBLED)
        return troubled.sorted(
            lambda status: self._criticality_rank[status.service_id.criticality]
        )

    def _service_statuses(self, service):
        return self.statuses.filtered(lambda status: status.service_id == service)

    def _service_backlogs(self, service):
        """Return the backlogs of a service, added up over the scope."""
        totals = {}
        for status in self._service_statuses(service):
            for kind, backlog in (status.backlogs or {}).items():
                total = totals.get(kind, {"count": 0, "late": 0, "oldest": False})
                oldest = [time for time in (total["oldest"], backlog["oldest"]) if time]
                totals[kind] = {
                    "count": total["count"] + backlog["count"],
                    "late": total["late"] + backlog["late"],
                    "oldest": min(oldest, default=False),
                }
        backlogs = []
        for kind, total in totals.items():
            oldest = fields.Datetime.to_datetime(total["oldest"] or False)
            text, action = self.provider._describe_backlog(
                kind, self.scope, total["count"], total["late"], oldest
            )
            backlogs.append({"text": text, "action": action, "late": total["late"]})
        return backlogs

    def _text_with_owner(self, record, text):
        """Return a text with the warehouse or company where the scope has several.

        :param record: an alert or a service status
        """
        if not text or self.scope.warehouse or record.is_shared:
            return text
        owner = record.warehouse or record.company_id.name
        return self.env._("%(owner)s: %(text)s", owner=owner, text=text)

    def _worst_state(self, states):
        return self._all_statuses._worst(states)

    def _open_service(self, service):
        return {
            "type": "ir.actions.act_window",
            "res_model": service._name,
            "res_id": service.id,
            "views": [(False, "form")],
        }


def _total(counts):
    """Return the sum of several `CallCounts`."""
    return CallCounts(*map(sum, zip(*counts, strict=True)))


def _rank(state):
    """Return the order of a state among cards; old numbers are not known to be fine."""
    return STATES.index(state) if state in TROUBLED else 0


def _fetch_all(records):
    """Return all records of a model that the user may see, in one query."""
    stored = [
        name
        for name, field in records._fields.items()
        if field.store and field.column_type
    ]
    return records.search_fetch([], stored)


def _worst_status(statuses):
    """Return the first status in the worst state; ``None`` if there is no status."""
    return max(statuses, key=lambda status: STATES.index(status.state), default=None)


def _headline(state, text, contingency="", button="", action=False):
    return {
        "state": state,
        "text": text,
        "contingency": contingency,
        "button": button,
        "action": action,
    }


def _is_about(alert, subject):
    """Return whether an alert is about a subject, or about work with that system."""
    systems = (alert.values or {}).get("systems", ())
    return bool(subject) and subject in (alert.subject, *systems)
