"""Incidents follow alerts: opened, worse, restored, open again."""

# What an evaluation does is apart from what people do.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, models

from odoo.addons.reliability.api import formatting, masked_logger, write_changes

from ..grouping import REOPENED_WITHIN, TOGETHER, Group, all_dependencies, find_group
from ..lifecycle import (
    ACKNOWLEDGED,
    CLOSED,
    OPEN,
    RESTORED,
    TICKETS_CLOSE_AFTER,
    close,
    closes_itself,
    reopen,
    restore,
)
from ..tiers import PAGE, severity_of, worst_severity, worst_tier
from .incident_fields import INCIDENT
from .reliability_incident_evidence import signal_of
from .reliability_incident_stamp import EVALUATION, MEASURED, PERSON

_logger = masked_logger(__name__)
_SECOND = timedelta(seconds=1)


class ReliabilityIncident(models.Model):
    _inherit = "reliability.incident"

    @api.model
    def _evaluate(self, now):
        """Bring incidents up to date with the alerts of an evaluation.

        :param datetime now: of the evaluation, in UTC
        """
        new, ended = self.env["reliability.incident.evidence"]._follow(now)
        if new:
            self._join(new, now)
        for incident in self._to_weigh():
            incident._guarded(incident._weigh)
        for incident in ended.incident_id | self._left_open():
            incident._guarded(incident._restore_if_over)
        for incident in self._tickets_to_close(now):
            incident._guarded(incident._close_if_due, now)

    @api.model
    def _log_gap(self, begin, end):
        """Log that open incidents are of before a time without evaluations.

        :param datetime begin: of the last evaluation, in UTC
        :param datetime end: of this one
        """
        for incident in self.search([("state", "in", (OPEN, ACKNOWLEDGED))]):
            env = incident._in_owners_language().env
            incident.message_post(
                body=env._(
                    "Services were not evaluated from %(begin)s to %(end)s: this"
                    " incident is of before. Odoo was down, or the database was"
                    " restored.",
                    begin=formatting.moment(env, begin),
                    end=formatting.moment(env, end),
                ),
                subtype_xmlid="mail.mt_note",
            )

    def _guarded(self, change, *arguments):
        """Make a change, unless a person changes the incident just now.

        The next evaluation finds the same and changes it then.
        """
        try:
            with self.env.cr.savepoint():
                change(*arguments)
        except OperationalError:
            self.env.invalidate_all()
            _logger.info("Somebody changes incident %s", self.number)

    @api.model
    def _join(self, alerts, now):
        """Add alerts to the incidents that they belong to, or open new ones.

        :param alerts: the worst first
        """
        groups = _Groups(self, now)
        rows, opened = [], {}
        for alert in alerts:
            signal = signal_of(alert)
            group = groups.find(signal)
            if group is None:
                incident = self._open(alert, signal.tier, now)
                group = Group(incident.id, signal.tier, now, ())
                opened[incident.id] = incident
            elif group.restored:
                self.browse(group.id)._reopen(now)
            groups.add(group, signal)
            values = self.env["reliability.incident.evidence"]._values_of(alert)
            rows.append(values | {"incident_id": group.id})
        evidence = self.env["reliability.incident.evidence"].create(rows)
        for incident in opened.values():
            incident._stamp_begin(now)
        for incident in evidence.incident_id:
            if incident.id not in opened:
                incident._stamp_earlier_begin(now)

    @api.model
    def _open_groups(self):
        """Return the open incidents that alerts may join.

        :rtype: list[Group]
        """
        incidents = self.search([("state", "in", (OPEN, ACKNOWLEDGED))])
        return [incident._group() for incident in incidents]

    @api.model
    def _ended_groups(self, now):
        """Return the incidents that were open today, and may be open again.

        :rtype: list[Group]
        """
        since = now - REOPENED_WITHIN - _SECOND
        incidents = self.search(
            [
                "|",
                ("state", "=", RESTORED),
                "&",
                ("closed_at", ">=", since),
                ("kind", "=", INCIDENT),
            ]
        )
        return [incident._group() for incident in incidents]

    @api.model
    def _dependencies(self):
        services = self.env["reliability.service"].search([])
        return all_dependencies({one.id: one.depends_on_ids.ids for one in services})

    @api.model
    def _open(self, alert, tier, now):
        """Open an incident for an alert; alerts of the same evaluation may join it."""
        quiet = self.with_context(tracking_disable=True, mail_create_nosubscribe=True)
        incident = quiet.create(
            {
                "service_id": alert.service_id.id,
                "service_ids": [(6, 0, alert.service_id.ids)],
                "company_id": alert.company_id.id,
                "warehouse": alert.warehouse,
                "is_shared": alert.is_shared,
                "tier": tier,
                "detected_at": now,
                "user_id": alert.user_id.id,
            }
        )
        incident._stamp("detected", now, EVALUATION)
        return incident

    def _stamp_begin(self, now):
        """Stamp when the impact began: the first bad minute or affected record."""
        if first := self._first_since():
            self._stamp("began", min(first, now), MEASURED)

    def _stamp_earlier_begin(self, now):
        """Stamp an earlier begin, which an alert knows that joined soon afterwards.

        The alert that opened it may be about a budget, which does not know when the
        impact began. What a person has stamped stays.
        """
        soon = self.detected_at + TOGETHER
        by_person = self.stamp_ids.filtered(
            lambda one: (one.kind, one.source) == ("began", PERSON)
        )
        if self.reopened or by_person or now > soon:
            return
        first = self._first_since()
        if first and first < (self.began_at or now):
            self._stamp("began", first, MEASURED)

    def _first_since(self):
        """Return the first bad minute or record of its alerts; ``None`` if unknown."""
        known = (one.since for one in self.evidence_ids if one.since)
        return min(known, default=None)

    def _reopen(self, now):
        if self.state not in (RESTORED, CLOSED):
            return  # by an alert before, in the same evaluation
        self._live(reopen(self._life()))
        self.reopened_at = now
        self.message_post(
            body=self._in_owners_language().env._(
                "The cause is there again: the incident is open."
            ),
            subtype_xmlid="mail.mt_note",
        )

    @api.model
    def _to_weigh(self):
        """Return incidents that are not weighed with all that their alerts say."""
        changed = self.env["reliability.incident.evidence"].search(
            [("is_changed", "=", True)]
        )
        return changed.incident_id

    def _weigh(self):
        """Store what is affected, and how bad it is; it becomes no better meanwhile."""
        evidence = self.evidence_ids
        services = evidence.service_id | self.service_ids
        criticality = self.env["reliability.service"]._fields["criticality"]
        ranks = criticality.get_values(self.env)
        worst = min((one.criticality for one in services), key=ranks.index, default="")
        tier = worst_tier([self.tier, *evidence.mapped("tier")])
        sites = {(one.company_id.id, one.warehouse or "") for one in evidence}
        severity = severity_of(tier, worst, len(sites))
        warehouses = dict.fromkeys(one.warehouse for one in evidence if one.warehouse)
        is_shared = self.is_shared or any(evidence.mapped("is_shared"))
        company = self.company_id
        if not is_shared:
            # One that an alert without a company has opened is of its people, too.
            company = company or evidence.company_id[:1]
        write_changes(
            self,
            {
                "evidence_id": evidence._worst() or self.evidence_id,
                "tier": tier,
                "severity": worst_severity([self.severity, severity]),
                "service_ids": services,
                "warehouses": ", ".join(sorted(warehouses)) or self.warehouse,
                "is_shared": is_shared,
                "company_id": company,
            },
        )
        evidence.filtered("is_changed").is_changed = False

    @api.model
    def _left_open(self):
        """Return open incidents without a present alert: an earlier change failed."""
        return self.search(
            [
                ("state", "in", (OPEN, ACKNOWLEDGED)),
                ("evidence_ids", "!=", False),
                ("evidence_ids", "not any", [("is_present", "=", True)]),
            ]
        )

    def _restore_if_over(self):
        """Stamp when the impact ended, once no alert is present any more.

        One that a person has reopened since is restored by a person.
        """
        if self.state not in (OPEN, ACKNOWLEDGED):
            return
        if any(self.evidence_ids.mapped("is_present")):
            return
        ended = max(self.evidence_ids.mapped("closed"))
        if self.reopened_at and ended < self.reopened_at:
            return
        life = restore(self._life(), ended)
        self._live(life)
        self._stamp("restored", life.restored, EVALUATION)
        self._end_activities()

    @api.model
    def _tickets_to_close(self, now):
        return self.search(
            [
                ("state", "=", RESTORED),
                ("tier", "!=", PAGE),
                ("restored_at", "<=", now - TICKETS_CLOSE_AFTER),
            ]
        )

    def _close_if_due(self, now):
        if closes_itself(self._life(), self.tier == PAGE, now):
            life = close(self._life(), now)
            self._live(life)
            self._stamp("closed", life.closed, EVALUATION)


class _Groups:
    """The incidents that the alerts of an evaluation may join.

    Those that have ended are read when an alert joins no open one.
    """

    def __init__(self, incidents, now):
        self._incidents, self._now = incidents, now
        self._groups = {one.id: one for one in incidents._open_groups()}
        self._with_ended = False
        self._depends_on = incidents._dependencies()
        self._joined = {}

    def find(self, signal):
        """Return the group that an alert belongs to, or ``None``."""
        # One that differs in nothing that groups joins the same incident.
        group = self._groups.get(self._joined.get(signal[:3])) or self._search(signal)
        if group is None and not self._with_ended:
            ended = self._incidents._ended_groups(self._now)
            self._groups |= {one.id: one for one in ended if one.id not in self._groups}
            self._with_ended = True
            group = self._search(signal)
        return group

    def _search(self, signal):
        return find_group(signal, self._groups.values(), self._depends_on, self._now)

    def add(self, group, signal):
        """Let an alert join a group."""
        self._groups[group.id] = _with_signal(group, signal)
        self._joined[signal[:3]] = group.id


def _with_signal(group, signal):
    """Return an incident as grouping needs it, open and with one more alert."""
    known = {one[:3]: one for one in group.signals}
    known[signal[:3]] = signal
    return group._replace(
        signals=tuple(known.values()),
        tier=worst_tier([group.tier, signal.tier]),
        restored=None,
    )
