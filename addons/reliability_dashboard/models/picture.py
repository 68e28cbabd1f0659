"""What one user sees at one moment: read once, and shown in parts."""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from odoo import fields
from odoo.tools import html2plaintext

from odoo.addons.reliability.api import STATES, TROUBLED, Alert, LocalDay, lately

from . import calls
from .source import Source

_HOUR = 3600
_MOST_ADVICE = 400
"""Characters."""


_WHICH = {"failing": "failures", "refused": "rejected", "slow": "slow"}
"""Why something is in trouble → which of its calls to look at."""


class Counts(NamedTuple):
    """Calls, as cards count them."""

    calls: int = 0
    failures: int = 0
    slow: int = 0


class Picture:
    """How things are where somebody looks.

    :ivar scope: where that is
    :ivar day: his day, as it passes where he is
    """

    def __init__(self, env, warehouse_id=None):
        self.env = env
        self.now = fields.Datetime.now()
        self.situation = env["reliability.health.provider"]
        self._his_warehouses = self.situation._warehouses()
        self.scope = self.situation._scope(warehouse_id, self._his_warehouses)
        self.day = LocalDay.around(self.now, env.tz.zone)
        self._every_condition = _fetch(env["reliability.service.status"])
        self.conditions = self._every_condition.filtered(
            lambda of: (
                of.is_shared or self.scope.has(of.company_id.id, of.warehouse or "")
            )
        )
        self.source = Source(env, self.now)

    @cached_property
    def _is_admin(self):
        """Whether this user sees all calls, those of no company too."""
        return self.env.user.has_group("reliability.group_admin")

    @cached_property
    def _services(self):
        return _fetch(self.env["reliability.service"])

    @cached_property
    def _measured(self):
        return _fetch(self.env["reliability.operation"])

    @cached_property
    def _names(self):
        return {of.code: of.name for of in self._measured}

    def show(self):
        """Return the whole picture, as docs/cockpit.md describes it."""
        user, warehouse = self.env.user, self.scope.warehouse
        own = self.env["res.users.settings"].sudo()
        own = own.search_fetch([("user_id", "=", user.id)], ["reliability_technical"])
        by_hour = self._calls_by_hour()
        cards = self._cards(by_hour)  # reads what all the others want, at once
        return {
            "day": self.day.date.isoformat(),
            "source": self.source.show(),
            "warehouse": warehouse.id if warehouse else False,
            "warehouses": self._warehouses(),
            "headline": self._headline(),
            "cards": cards,
            "attention": [item._asdict() for item in self.attention],
            "summary": self.summary() if self._is_all_of_his() else False,
            "operations": self._operations(by_hour),
            "technical": own.reliability_technical,
            "can_configure": self._is_admin,
        }

    def summary(self):
        """Return what concerns this user, in a word and a sentence.

        Trouble is counted, and not what there is to do on any day.
        """
        mine = [item for item in self.attention if item.can_act]
        worst = max((item.state for item in mine), key=STATES.index, default="fine")
        text = mine[0].text if mine else self.env._("Nothing needs you now.")
        trouble = [item for item in mine if item.state in TROUBLED]
        return {"state": worst, "count": len(trouble), "text": text}

    @cached_property
    def attention(self):
        """What somebody should act on, the worst first."""
        items = [
            *self.source.attention(),
            *(self._alerts_of(of) for of in self.conditions if self._is_trouble(of)),
            *self.situation._alerts(self.scope),
        ]
        return sorted(items, key=lambda of: (-STATES.index(of.state), not of.can_act))

    def _is_all_of_his(self):
        """Say whether this is all that the user may look at."""
        return not self.scope.warehouse or len(self._his_warehouses) == 1

    def _warehouses(self):
        states = defaultdict(list)
        for of in self._every_condition:
            states[of.company_id.id, of.warehouse].append(of.state)
        return [
            {
                "id": of.id,
                "name": of.name,
                "state": self._worst(states[of.company_id, of.code]),
            }
            for of in self._his_warehouses
        ]

    # The sentence on top

    def _headline(self):
        if self.source.text:
            return _headline("stale", self.source.text)
        troubled = self.conditions.filtered(self._is_trouble)
        if not troubled:
            return self._calm_headline()
        worst = _worst_of(troubled)
        button, action = self._opened(worst)
        service = worst.service_id
        waiting = [of["text"] for of in self._waiting(service)]
        text = "; ".join([self._describe(worst), *waiting])
        more = len(troubled.service_id) - 1
        words = {"text": text, "more": more}
        text = (
            self.env._("%(text)s. And more below: %(more)s.", **words)
            if more
            else self.env._("%(text)s.", **words)
        )
        advice = html2plaintext(service.sudo().contingency or "").strip()
        return _headline(worst.state, text, advice[:_MOST_ADVICE], button, action)

    def _calm_headline(self):
        state = self._worst(self.conditions.mapped("state"))
        if state == "no_data":
            text = self.env._("Nobody has worked here for a quarter of an hour.")
        else:
            text = self.env._("What people do here works.")
        late = "; ".join(
            of["text"]
            for service in self.conditions.service_id
            for of in self._waiting(service)
            if of["late"]
        )
        if late:
            text = self.env._("%(text)s But %(late)s.", text=text, late=late)
        return _headline(state, text)

    # Cards

    def _cards(self, by_hour):
        services = self._services  # all of them at once, before any is asked for
        usual = self.env["reliability.cockpit"]._usual_by_hour(self.scope, self.day)
        main = self._main_operations(by_hour)
        return [
            *(
                self._card(service, by_hour, usual, main)
                for service in services
                if service.code in main or self._conditions_of(service)
            ),
            *self.situation._cards(self.scope),
        ]

    def _card(self, service, by_hour, usual, main):
        conditions = self._conditions_of(service)
        worst = _worst_of(conditions)
        state = worst.state if worst else "no_data"
        hours = [by_hour.get((hour, service.code), {}) for hour in self._hours()]
        today = [_total(hour.values()) for hour in hours]
        # Requests and scheduled actions are counted, but for nobody here.
        is_counted = service.code in main or not all(conditions.mapped("is_shared"))
        usual_hours = usual.get(service.code) if is_counted else None
        return {
            "key": service.code,
            "name": service.name,
            "state": "stale" if self.source.text else state,
            "text": self._describe(worst) if worst else "",
            "waiting": self._waiting(service),
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
        """Return the hours of the day so far, each by when it begins."""
        return [start for start in self.day.starts(_HOUR) if start <= self.now]

    def _calls_by_hour(self):
        """Return today's calls: (hour, service) → operation → `Counts`."""
        return lately(
            self.env,
            self.source.visits,
            ("by hour", self.scope, self.day),
            self._read_calls_by_hour,
        )

    def _read_calls_by_hour(self):
        found = self.env["reliability.query"]._aggregate(
            self.day.begin,
            self.now + timedelta(minutes=1),
            by=("service", "operation"),
            step=_HOUR,
            durations=False,
            **self.scope.where,
        )
        by_hour = defaultdict(dict)
        for (hour, service, operation), figures in found.items():
            counts = Counts(figures.judged, figures.failures, figures.slow)
            by_hour[hour, service][operation] = counts
        return by_hour

    def _usual_by_now(self, usual):
        """Return how many calls there usually are by this time of the day."""
        if not usual:
            return None
        hours = max(0, (self.now - self.day.starts(_HOUR)[0]).total_seconds() / _HOUR)
        whole = int(hours)
        begun = usual[whole] * (hours - whole) if whole < len(usual) else 0
        return round(sum(usual[:whole]) + begun)

    def _operations(self, by_hour):
        """Return today's calls of each operation that is measured."""
        counted = defaultdict(list)
        for operations in by_hour.values():
            for code, counts in operations.items():
                counted[code].append(counts)
        return [
            {
                "code": of.code,
                "name": of.name,
                "service": of.service_id.name,
                **_total(counted[of.code])._asdict(),
            }
            for of in self._measured
        ]

    def _main_operations(self, by_hour):
        """Return the operation that a service's chart begins with: its first one that
        was called today, else its first one."""
        called = {code for operations in by_hour.values() for code in operations}
        main = {}
        for of in self._measured:
            known = main.get(of.service_id.code)
            if known is None or (of.code in called and known not in called):
                main[of.service_id.code] = of.code
        return main

    # Conditions, and what waits

    def _conditions_of(self, service):
        return self.conditions.filtered(lambda of: of.service_id == service)

    def _waiting(self, service):
        """Return what waits for a service, added over where the user looks."""
        added = {}
        for condition in self._conditions_of(service):
            for kind, of in (condition.waiting or {}).items():
                known = added.get(kind, {"count": 0, "late": 0, "oldest": False})
                since = [moment for moment in (known["oldest"], of["oldest"]) if moment]
                added[kind] = {
                    "count": known["count"] + of["count"],
                    "late": known["late"] + of["late"],
                    "oldest": min(since, default=False),
                }
        found = []
        for kind, of in added.items():
            oldest = fields.Datetime.to_datetime(of["oldest"] or False)
            text, action = self.situation._describe_backlog(
                kind, self.scope, of["count"], of["late"], oldest
            )
            found.append({"text": text, "action": action, "late": of["late"]})
        return found

    def _alerts_of(self, condition):
        """Return what to do about a service in trouble: look at what failed."""
        service = condition.service_id
        look_after = service.sudo().notify_user_ids | service.owner_id
        can_act = self.env.user in look_after or self.env.user.has_group(
            "reliability.group_manager"
        )
        button, action = self._opened(condition)
        return Alert(
            f"condition-{condition.id}",
            condition.state,
            self._describe(condition),
            button,
            action,
            can_act,
        )

    def _opened(self, condition):
        """Return what opens that which a condition is about, and words for it: the
        calls of its place, or what to do where there are none that this user may see.
        """
        reason, service = condition.reason or {}, condition.service_id
        which = _WHICH.get(reason.get("kind"))
        is_hidden = condition.is_shared and not self._is_admin
        if not which or is_hidden:
            return self.env._("What to do"), self._open_service(service)
        operation = reason["operation"]
        begin = fields.Datetime.to_datetime(reason["since"])
        if condition.is_shared:
            action = calls.opened_by_hour(self.env, service, operation, begin)
        else:
            action = calls.opened(
                self.env,
                self._place_of(condition),
                operation,
                begin,
                self.now + timedelta(minutes=1),
                which,
            )
        return self.env._("Open them"), action

    def _place_of(self, condition):
        """Return where a condition is, as ``reliability.query`` takes it."""
        company = condition.company_id
        return {
            "company_id": company.ids or list(self.scope.companies),
            "warehouse": [condition.warehouse or ""],
        }

    def _describe(self, condition):
        """Say why something is not fine, and where if the user looks at several."""
        text = condition._describe(self._names)
        if not text or self.scope.warehouse or condition.is_shared:
            return text
        place = condition.warehouse or condition.company_id.name
        return self.env._("%(place)s: %(text)s", place=place, text=text)

    @staticmethod
    def _is_trouble(condition):
        return condition.state in TROUBLED

    def _worst(self, states):
        return self._every_condition._worst(states)

    def _open_service(self, service):
        return {
            "type": "ir.actions.act_window",
            "res_model": service._name,
            "res_id": service.id,
            "views": [(False, "form")],
        }


def _total(counts):
    """Return what `Counts` add up to; of none, none."""
    return Counts(*map(sum, zip(*counts, strict=True)))


def _fetch(records):
    """Return all records of a model that the user may see, in one query."""
    stored = [
        name for name, of in records._fields.items() if of.store and of.column_type
    ]
    return records.search_fetch([], stored)


def _worst_of(conditions):
    """Return the one in the worst state, the first of several; ``None`` of none."""
    return max(conditions, key=lambda of: STATES.index(of.state), default=None)


def _headline(state, text, advice="", button="", action=False):
    return {
        "state": state,
        "text": text,
        "advice": advice,
        "button": button,
        "action": action,
    }
