"""The content of the cockpit for one user at one moment."""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from odoo import fields
from odoo.tools import html2plaintext

from odoo.addons.reliability.api import STATES, TROUBLED, Alert, LocalDay, read_shared

from . import calls
from .freshness import Freshness

_HOUR = 3600
_MAX_CONTINGENCY = 400
"""Characters."""

_CALLS_TO_OPEN = {"failing": "failures", "refused": "rejected", "slow": "slow"}
"""Kind of a status' reason → the calls that explain it, as `calls.open_top_calls`
takes them."""


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

    @cached_property
    def _operation_names(self):
        return {operation.code: operation.name for operation in self._operations}

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
            "alerts": [alert._asdict() for alert in self.alerts],
            "summary": self.summary() if self._is_complete() else False,
            "operations": self._operation_counts(by_hour),
            "technical": settings.reliability_technical,
            "can_configure": self._is_admin,
        }

    def summary(self):
        """Return the worst state, the number and the first text of the user's alerts.

        Only alerts in trouble are counted, not everyday work.
        """
        alerts = [alert for alert in self.alerts if alert.can_act]
        worst = max((alert.state for alert in alerts), key=STATES.index, default="fine")
        text = (
            alerts[0].text
            if alerts
            else self.env._("Nothing needs your attention now.")
        )
        troubled = [alert for alert in alerts if alert.state in TROUBLED]
        return {"state": worst, "count": len(troubled), "text": text}

    @cached_property
    def alerts(self):
        """All alerts of the scope, the worst first.

        Within a state, alerts on which the user can act come first, then those of the
        most critical services.
        """
        alerts = [
            *self.freshness.alerts(),
            *(self._status_alert(status) for status in self._troubled_statuses),
            *self.provider._alerts(self.scope),
        ]
        return sorted(
            alerts, key=lambda alert: (-STATES.index(alert.state), not alert.can_act)
        )

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
        if not self._troubled_statuses:
            return self._headline_without_trouble()
        worst = _worst_status(self._troubled_statuses)
        button, action = self._button_and_action(worst)
        service = worst.service_id
        backlogs = [backlog["text"] for backlog in self._service_backlogs(service)]
        text = "; ".join([self._describe(worst), *backlogs])
        more = len(self._troubled_statuses.service_id) - 1
        if more:
            text = self.env._(
                "%(text)s. Other services in trouble: %(more)s.", text=text, more=more
            )
        else:
            text = self.env._("%(text)s.", text=text)
        contingency = html2plaintext(service.sudo().contingency or "").strip()
        contingency = contingency[:_MAX_CONTINGENCY]
        return _headline(worst.state, text, contingency, button, action)

    def _headline_without_trouble(self):
        state = self._worst_state(self.statuses.mapped("state"))
        if state == "no_data":
            text = self.env._("Nobody has worked here for a quarter of an hour.")
        else:
            text = self.env._("All services work.")
        late = "; ".join(
            backlog["text"]
            for service in self.statuses.service_id
            for backlog in self._service_backlogs(service)
            if backlog["late"]
        )
        if late:
            text = self.env._("%(text)s But %(late)s.", text=text, late=late)
        return _headline(state, text)

    # Cards

    def _cards(self, by_hour):
        services = self._services  # fetches all of them in one query
        usual = self.env["reliability.cockpit"]._usual_calls_by_hour(
            self.scope, self.day
        )
        main = self._main_operations(by_hour)
        return [
            *(
                self._card(service, by_hour, usual, main)
                for service in services
                if service.code in main or self._service_statuses(service)
            ),
            *(card._asdict() for card in self.provider._cards(self.scope)),
        ]

    def _card(self, service, by_hour, usual, main):
        statuses = self._service_statuses(service)
        worst = _worst_status(statuses)
        state = worst.state if worst else "no_data"
        hours = [by_hour.get((hour, service.code), {}) for hour in self._hours()]
        today = [_total(hour.values()) for hour in hours]
        # Requests and scheduled actions have no company: no user sees their counts.
        is_counted = service.code in main or not all(statuses.mapped("is_shared"))
        usual_hours = usual.get(service.code) if is_counted else None
        return {
            "key": service.code,
            "name": service.name,
            "state": "stale" if self.freshness.text else state,
            "text": self._describe(worst) if worst else "",
            "backlogs": self._service_backlogs(service),
            "today": _total(today)._asdict() if is_counted else None,
            "usual": self._usual_by_now(usual_hours),
            "trend": {
                "today": [hour.calls for hour in today],
                "failures": [hour.failures for hour in today],
                "usual": usual_hours or [],
            },
            "operation": main.get(service.code, False),
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

    def _main_operations(self, by_hour):
        """Return service → the operation that its chart shows at first: the first one
        called today, else the first one."""
        called = {code for operations in by_hour.values() for code in operations}
        main = {}
        for operation in self._operations:
            service, code = operation.service_id.code, operation.code
            known = main.get(service)
            if known is None or (code in called and known not in called):
                main[service] = code
        return main

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

    def _status_alert(self, status):
        """Return the alert for a service in trouble; it opens the calls concerned."""
        service = status.service_id
        responsible = service.sudo().notify_user_ids | service.owner_id
        can_act = self.env.user in responsible or self.env.user.has_group(
            "reliability.group_manager"
        )
        button, action = self._button_and_action(status)
        return Alert(
            f"status-{status.id}",
            status.state,
            self._describe(status),
            button,
            action,
            can_act,
        )

    def _button_and_action(self, status):
        """Return the label and the action of a status' button.

        The action opens the calls that explain the status; the service's form where
        there are none that this user may see.
        """
        reason, service = status.reason or {}, status.service_id
        which = _CALLS_TO_OPEN.get(reason.get("kind"))
        is_hidden = status.is_shared and not self._is_admin
        if not which or is_hidden:
            return self.env._("What to do"), self._open_service(service)
        operation = reason["operation"]
        begin = fields.Datetime.to_datetime(reason["since"])
        if status.is_shared:
            action = calls.open_hourly_report(self.env, service, operation, begin)
        else:
            action = calls.open_top_calls(
                self.env,
                self._query_filter(status),
                operation,
                begin,
                self.now + timedelta(minutes=1),
                which,
            )
        return self.env._("Open calls"), action

    def _query_filter(self, status):
        """Return company and warehouse of a status, as ``reliability.query`` takes
        them."""
        company = status.company_id
        return {
            "company_id": company.ids or list(self.scope.companies),
            "warehouse": [status.warehouse or ""],
        }

    def _describe(self, status):
        """Return why a service is not fine, with the warehouse or company where the
        scope has several."""
        text = status._describe(self._operation_names)
        if not text or self.scope.warehouse or status.is_shared:
            return text
        owner = status.warehouse or status.company_id.name
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
