"""The page *Platform*: what is wrong beneath Odoo, what to do, facts and trends."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..operator_database import named_operator_database
from ..watch.kinds import KINDS, Effect
from ..watch.watch import UNCHECKED
from .platform_facts import KINDS as KIND_NAMES
from .platform_facts import describe_facts, name_of
from .platform_messages import describe_problem, describe_to_do, subject_name

_PERIOD, _STEP = timedelta(days=1), timedelta(minutes=10)
_UNKNOWN, _FINE = "unknown", "fine"
_STATES = {
    Effect.STOPS: "interrupted",
    Effect.SLOWS: "degraded",
    Effect.THREATENS: "threatened",
}
_WITHOUT_CHART = ["primary"]
"""Trends for alerts only: always 1 while this page can be shown."""
_TABLES = "tables"
"""The facts that each database has of itself."""
_SAMPLES = """
    SELECT kind, subject, metric,
           floor(extract(epoch FROM minute - %(begin)s) / %(step)s)::int, avg(value)
      FROM reliability_platform_sample
     WHERE minute >= %(begin)s AND minute < %(end)s AND metric != ALL(%(hidden)s)
     GROUP BY 1, 2, 3, 4
     ORDER BY 1, 2, 3
"""


class ReliabilityPlatformPage(models.AbstractModel):
    """What the browser code of the page calls."""

    _name = "reliability.platform.page"
    _description = "Platform Page"

    @api.model
    @api.readonly
    def read_page(self):
        """Return the content of the page, in the user's language.

        :return: ``hint``: what is not shown here, and why; ``sections``: dicts with
            ``kind``, ``name`` and ``subjects``, dicts with ``key``, ``name``, ``state``
            (``interrupted``, ``degraded``, ``threatened``, ``fine`` or ``unknown``),
            ``state_name``, ``problems`` (``code``, ``state``, ``text``, ``to_do``),
            ``values`` and ``tables`` (see ``describe_facts``) and ``trends``
            (``metric``, ``name``, ``unit`` and a value for each of ``times``, or
            ``None``); ``times``: of the trends, in UTC
        :rtype: dict
        :raise AccessError: the user is no administrator of Reliability
        """
        if not self.env.user.has_group("reliability.group_admin"):
            raise AccessError(
                self.env._("Only administrators of Reliability see the platform.")
            )
        hosts = self.env["reliability.host"]._current()
        facts, trends = self._facts(hosts), self._trends()
        subjects = self._subjects(hosts._problems(), facts, trends)
        return {
            "hint": self._hint(hosts),
            "times": [fields.Datetime.to_string(time) for time in self._times()],
            "sections": [
                {"kind": kind, "name": self.env._(name), "subjects": subjects[kind]}
                for kind, name in KIND_NAMES.items()
                if subjects[kind]
            ],
        }

    @api.model
    def _hint(self, hosts):
        """Return what is not shown, and what to do about it; empty if all is."""
        operator = named_operator_database()
        if not hosts:
            return self.env._(
                "Nothing was reported in the last minute: Settings › Reliability ›"
                " Status says whether the collector runs."
            )
        if not operator:
            return self.env._(
                "Names, values and trends are shown in the operator database only. Name"
                " it as operator_database in section [reliability] of odoo.conf, and"
                " restart Odoo."
            )
        if operator != self.env.cr.dbname:
            return self.env._(
                "This page has what concerns this database. Those who run the server"
                " see names, values and trends in the operator database."
            )
        return ""

    @api.model
    def _facts(self, hosts):
        """Return the facts that hosts report: kind and subject → facts or ``None``.

        Of a cluster, the facts of the host that has reported it last, except those of
        one whose check hangs.
        """
        found = {}
        for host in hosts.sorted("heartbeat"):
            reported = host.report.get("facts") or {}
            own = reported.get(_TABLES)
            for key, facts in reported.items():
                kind, colon, subject = key.partition(":")
                if colon and (_is_checked(facts) or not found.get((kind, subject))):
                    found[kind, subject] = facts
            if own:
                cluster = found.get(("postgres", "")) or {}
                found["postgres", ""] = {**cluster, _TABLES: own}
        return found

    @api.model
    def _subjects(self, problems, facts, trends):
        """Return the subjects of each section: kind → list."""
        by_subject = {}
        for problem in problems:
            key = KINDS[problem["code"]].kind, problem["subject"]
            by_subject.setdefault(key, []).append(problem)
        found = {kind: [] for kind in KIND_NAMES}
        for key in sorted(by_subject.keys() | facts.keys() | trends.keys()):
            kind, subject = key
            if kind not in found:
                continue
            values, tables = describe_facts(self.env, facts.get(key) or {})
            found[kind].append(
                {
                    "key": ":".join(key),
                    "name": subject_name(self.env, {"subject": subject}),
                    **self._state(by_subject.get(key), facts.get(key)),
                    "problems": [
                        self._problem(problem) for problem in by_subject.get(key, ())
                    ],
                    "values": values,
                    "tables": tables,
                    "trends": trends.get(key, []),
                }
            )
        return found

    @api.model
    def _state(self, problems, facts):
        """Return the state of a subject and its name; the worst problem is first.

        That of a cluster is unknown where only this database's own tables are known.
        """
        _ = self.env._
        names = {
            "interrupted": _("Interrupted"),
            "degraded": _("Degraded"),
            "threatened": _("Threatened"),
            _FINE: _("Fine"),
            _UNKNOWN: _("Unknown"),
        }
        is_known = _is_checked(facts) and facts.keys() != {_TABLES}
        state = _FINE if is_known else _UNKNOWN
        if problems:
            state = _STATES[KINDS[problems[0]["code"]].effect]
        return {"state": state, "state_name": names[state]}

    @api.model
    def _problem(self, problem):
        code = problem["code"]
        return {
            "code": code,
            "state": _STATES[KINDS[code].effect],
            "text": describe_problem(self.env, problem, problem["since"]),
            "to_do": describe_to_do(self.env, problem),
        }

    @api.model
    def _times(self):
        """Return the begin of each step of the last day, in UTC."""
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        end = now - timedelta(minutes=now.minute % 10) + _STEP
        return [end - _PERIOD + n * _STEP for n in range(_PERIOD // _STEP)]

    @api.model
    def _trends(self):
        """Return the trends of each subject: kind and subject → list."""
        times = self._times()
        query = SQL(
            _SAMPLES,
            begin=times[0],
            end=times[-1] + _STEP,
            step=_STEP.total_seconds(),
            hidden=_WITHOUT_CHART,
        )
        found = {}
        for kind, subject, metric, step, value in self.env.execute_query(query):
            trends = found.setdefault((kind, subject or ""), {})
            if metric not in trends:
                trends[metric] = {
                    "metric": metric,
                    "name": name_of(self.env, metric),
                    "unit": metric.rsplit("_", 1)[-1],
                    "values": [None] * len(times),
                }
            trends[metric]["values"][step] = value
        return {key: list(trends.values()) for key, trends in found.items()}


def _is_checked(facts):
    """Return whether the last check of a watch has ended: what it found holds now."""
    return facts is not None and UNCHECKED not in facts
