"""Partner systems: carriers, EDI partners, marketplaces and others."""

from collections import Counter, defaultdict
from datetime import UTC, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from odoo.addons.reliability.api import (
    DEGRADED,
    FINE,
    INTERRUPTED,
    NO_DATA,
    LocalDay,
    check_metric_code,
    read_shared,
)

from ..ledger.constants import SUCCEEDED
from ..ledger.partner_systems import host_patterns, is_host_pattern, partner_systems
from .reliability_exchange import UNRESOLVED
from .system_fields import check_system_fields

_LAST_HOUR = timedelta(hours=1)
_MIN_ATTEMPTS = 3
"""Attempts in an hour from which on a share of failures is significant."""
_INTERRUPTED_SHARE = 0.5
_NEAR_QUOTA_SHARE = 0.9
_MAX_SILENCE = timedelta(days=60)
EXCERPT_DAYS = 7
"""For how long excerpts are stored, unless a system administrator renews it."""
_EXCERPT_FIELDS = {"stores_excerpts", "excerpts_until"}
_EXCERPT_SOURCES = {"code", "host_patterns", "records_requests"}
"""Fields that choose the calls whose excerpts are stored."""
_CONTEXT_KEYS = ("uid", "tz", "allowed_company_ids", "reliability_warehouses")
"""Keys of the context that the numbers depend on."""


class _Quarter(NamedTuple):
    """Attempts of a quarter of an hour; ``calls`` are those of all companies."""

    attempts: int
    failures: int
    attempts_last_hour: int
    failures_last_hour: int
    calls: int


_NOTHING = _Quarter(0, 0, 0, 0, 0)


class Failing(NamedTuple):
    """Too many failed attempts of the last hour.

    :ivar state: ``degraded`` or ``interrupted``
    """

    state: str
    failures: int
    attempts: int


class ReliabilityIntegration(models.Model):
    _name = "reliability.integration"
    _inherit = "reliability.by.code"
    _description = "Integration"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        help="Identifies the system in metrics and in the code of connectors, such as"
        " dhl.",
    )
    kind = fields.Selection(
        [
            ("carrier", "Carrier"),
            ("edi", "EDI"),
            ("marketplace", "Marketplace"),
            ("finance", "Finance"),
            ("messaging", "Messaging"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    discovered = fields.Boolean(
        help="Odoo called this host and added it here. Enter a name for the system.",
    )
    owner_id = fields.Many2one(
        "res.users", help="Who knows whom to call at the partner."
    )
    service_id = fields.Many2one(
        "reliability.service",
        help="The service that does not work without this system.",
    )
    host_patterns = fields.Char(
        string="Hosts",
        help="Hosts of the system, such as *.dhl.com; separate several with spaces.",
    )
    records_requests = fields.Boolean(
        string="Record All Requests",
        help="Record each HTTP request to the hosts of the system as an exchange, also"
        " those that no connector records.",
    )
    stores_excerpts = fields.Boolean(
        string="Store Excerpts",
        compute="_compute_stores_excerpts",
        inverse="_inverse_stores_excerpts",
        copy=False,
        help="Store parts of requests and answers for a week, with passwords and"
        " personal data masked as far as they are recognized. Only administrators see"
        " them. Only a system administrator (Settings) may turn this on.",
    )
    excerpts_until = fields.Datetime(readonly=True, copy=False)
    threshold = fields.Float(
        string="Latency Threshold (s)",
        default=2.0,
        help="Attempts that take longer are slow.",
    )
    failing_threshold = fields.Float(
        string="Degraded From",
        default=0.1,
        digits=(16, 4),
        help="Share of failed attempts in the last hour from which on the system is"
        " degraded. From half of them on, the system is interrupted.",
    )
    daily_quota = fields.Integer(
        help="How many calls a day the system accepts; 0: no limit is known.",
    )
    max_attempts = fields.Integer(
        default=5,
        help="Maximum number of attempts of a retry that a user has requested.",
    )
    silence_hours = fields.Float(
        string="Silent After (h)",
        help="Working hours without a success after which the system is degraded."
        " 0: any silence is normal.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="Working hours of the system. Empty: around the clock.",
    )

    status = fields.Selection(
        [
            ("fine", "Fine"),
            ("degraded", "Degraded"),
            ("interrupted", "Interrupted"),
            ("no_data", "No data"),
            ("unnamed", "To be named"),
        ],
        compute="_compute_status",
    )
    calls_today = fields.Integer(
        compute="_compute_today", help="Calls over the network, of all companies."
    )
    attempts_today = fields.Integer(compute="_compute_today")
    failures_today = fields.Integer(compute="_compute_today")
    success_today = fields.Float(compute="_compute_today", digits=(16, 4))
    attempts_last_hour = fields.Integer(compute="_compute_today")
    failures_last_hour = fields.Integer(compute="_compute_today")
    quarters_today = fields.Json(
        string="Today",
        compute="_compute_today",
        help="Attempts and failures of each quarter of an hour.",
    )
    last_success = fields.Datetime(compute="_compute_last_success")
    silent_hours = fields.Float(compute="_compute_silent_hours")
    unresolved_count = fields.Integer(
        compute="_compute_unresolved_count", groups="reliability.group_viewer"
    )

    _code_unique = models.UniqueIndex(
        "(code)", "There is a system with this code already. Enter another code."
    )
    _sensible_numbers = models.Constraint(
        "CHECK (threshold > 0 AND daily_quota >= 0 AND silence_hours >= 0"
        " AND max_attempts BETWEEN 1 AND 20 AND failing_threshold BETWEEN 0 AND 1)",
        "Enter positive numbers, 1 to 20 attempts, and a percentage from 0 to 100.",
    )

    def _in_scope(self, scope):
        """Return these integrations, with the numbers of a scope.

        :param Scope scope: companies and warehouse, see ``reliability.health.provider``
        """
        codes = tuple(scope.codes) if scope.warehouse else None
        return self.with_context(
            allowed_company_ids=list(scope.companies), reliability_warehouses=codes
        )

    @api.depends_context(*_CONTEXT_KEYS)
    def _compute_today(self):
        attempts, day = self._attempts_by_quarter(), self._day()
        for integration in self:
            quarters = attempts.get(integration.id, {})
            today = [
                (number, quarter)
                for number, quarter in sorted(quarters.items())
                if number >= 0
            ]
            total = sum(quarter.attempts for _number, quarter in today)
            failed = sum(quarter.failures for _number, quarter in today)
            integration.attempts_today = total
            integration.failures_today = failed
            integration.success_today = (total - failed) / total if total else 0.0
            integration.attempts_last_hour = sum(
                quarter.attempts_last_hour for quarter in quarters.values()
            )
            integration.failures_last_hour = sum(
                quarter.failures_last_hour for quarter in quarters.values()
            )
            integration.calls_today = sum(quarter.calls for _number, quarter in today)
            integration.quarters_today = {
                "begin": fields.Datetime.to_string(day.begin),
                "now": fields.Datetime.to_string(self.env.cr.now()),
                "quarters": [
                    [number, quarter.attempts, quarter.failures]
                    for number, quarter in today
                    if quarter.attempts
                ],
            }

    def _attempts_by_quarter(self):
        """Return id → number of the quarter of an hour of the user's day → `_Quarter`.

        In the first hour of a day, the quarters before it have negative numbers.
        """
        companies = {*self.env["reliability.health.provider"]._business_companies()}
        codes = self._warehouse_codes()
        if self.env.user.has_group("reliability.group_admin"):
            companies.add(None)  # administrators see them, as in the access rules
        found = defaultdict(dict)
        for row in self._attempts_by_company():
            integration_id, number, company_id, warehouse, quarter = row
            quarters = found[integration_id]
            before = quarters.get(number, _NOTHING)
            if company_id in companies and (codes is None or warehouse in codes):
                sums = map(sum, zip(before, quarter, strict=True))
                quarters[number] = _Quarter(*sums)
            else:
                quarters[number] = before._replace(calls=before.calls + quarter.calls)
        return found

    def _attempts_by_company(self):
        """Return what `_read_attempts_by_company` does.

        On the cockpit, which is open all day, it is cached until services are evaluated
        again.
        """
        if "reliability_warehouses" not in self.env.context:
            return self._read_attempts_by_company()
        return read_shared(
            self.env,
            self.env["reliability.evaluator"].sudo()._last(),
            ("attempts by company", self._ids, self._day()),
            self._read_attempts_by_company,
        )

    def _failing(self):
        """Return where too many attempts of the last hour failed.

        :return: (integration, id of the company, warehouse) → `Failing`
        """
        by_id = {integration.id: integration for integration in self}
        left_out = self.env["reliability.health.provider"]._left_out_companies()
        sums = defaultdict(Counter)
        for row in self._read_attempts_by_company(self.env.cr.now()):
            integration_id, _number, company_id, warehouse, quarter = row
            if company_id in left_out:
                continue
            numbers = sums[by_id[integration_id], company_id, warehouse]
            numbers["failures"] += quarter.failures_last_hour
            numbers["attempts"] += quarter.attempts_last_hour
        return {
            key: Failing(state, **numbers)
            for key, numbers in sums.items()
            if (state := key[0]._state_after(**numbers)) != FINE
        }

    def _read_attempts_by_company(self, begin=None):
        """Return the attempts of the last hour, and those from a moment on.

        Calls that Odoo refused before they left are not counted: the partner system did
        not fail.

        :param datetime begin: by default, when the user's day has begun
        :rtype: list[tuple[int, int, int | None, str, _Quarter]]
        :return: integration, quarter of an hour, company, warehouse, and numbers
        """
        now, begin = self.env.cr.now(), begin or self._day().begin
        self.env.cr.execute(
            """
            SELECT exchange.integration_id,
                   floor(extract(epoch FROM attempt.started - %(begin)s)
                         / 900)::integer,
                   exchange.company_id, coalesce(exchange.warehouse, ''),
                   count(*),
                   count(*) FILTER (WHERE attempt.outcome IN ('failed', 'unknown')),
                   count(*) FILTER (WHERE attempt.started >= %(last_hour)s),
                   count(*) FILTER (WHERE attempt.started >= %(last_hour)s
                                      AND attempt.outcome IN ('failed', 'unknown')),
                   coalesce(sum(attempt.calls), 0)
              FROM reliability_attempt AS attempt
              JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
             WHERE attempt.started >= least(%(begin)s, %(last_hour)s)
               AND exchange.integration_id = ANY(%(ids)s)
               AND attempt.outcome IS DISTINCT FROM 'rejected'
             GROUP BY 1, 2, 3, 4
            """,
            {"begin": begin, "last_hour": now - _LAST_HOUR, "ids": self.ids},
        )
        return [(*row[:4], _Quarter(*row[4:])) for row in self.env.cr.fetchall()]

    def _warehouse_codes(self):
        codes = self.env.context.get("reliability_warehouses")
        return None if codes is None else list(codes)

    def _day(self):
        return LocalDay.containing(self.env.cr.now(), self.env.tz.zone)

    @api.depends_context(*_CONTEXT_KEYS)
    @api.depends(
        "discovered",
        "attempts_today",
        "failures_today",
        "attempts_last_hour",
        "failures_last_hour",
        "failing_threshold",
        "silence_hours",
        "silent_hours",
    )
    def _compute_status(self):
        for integration in self:
            integration.status = integration._evaluate_status()

    def _evaluate_status(self):
        if self.discovered:
            return "unnamed"
        state = self._state_after(self.failures_last_hour, self.attempts_last_hour)
        if state == FINE and self._is_silent:
            return DEGRADED
        if state == FINE and self.attempts_today <= self.failures_today:
            return NO_DATA
        return state

    def _state_after(self, failures, attempts):
        """Return the state of the system after failures in so many attempts."""
        if attempts < _MIN_ATTEMPTS or not failures:
            return FINE
        if failures >= _INTERRUPTED_SHARE * attempts:
            return INTERRUPTED
        return DEGRADED if failures >= self.failing_threshold * attempts else FINE

    def _compute_last_success(self):
        last_success = dict(
            self.env["reliability.exchange.total"]
            .sudo()
            ._read_group(
                [("integration_id", "in", self.ids), ("state", "=", SUCCEEDED)],
                ["integration_id"],
                ["last:max"],
            )
        )
        for integration in self:
            integration.last_success = last_success.get(integration._origin, False)

    @api.depends("last_success", "calendar_id")
    def _compute_silent_hours(self):
        now = self.env.cr.now()
        for calendar, integrations in self.grouped("calendar_id").items():
            since = {
                integration: integration._silent_since(now)
                for integration in integrations
            }
            intervals = _work_intervals(calendar.sudo(), min(since.values()), now)
            for integration, start in since.items():
                integration.silent_hours = sum(
                    (end - max(begin, start)).total_seconds() / 3600
                    for begin, end in intervals
                    if end > start
                )

    def _silent_since(self, now):
        last = self.last_success or self.create_date or now
        return min(max(last, now - _MAX_SILENCE), now)

    @property
    def _is_silent(self):
        """Whether the last success was more than ``silence_hours`` ago."""
        return bool(self.silence_hours) and self.silent_hours > self.silence_hours

    @property
    def _is_near_quota(self):
        quota = self.daily_quota
        return bool(quota) and self.calls_today >= _NEAR_QUOTA_SHARE * quota

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_unresolved_count(self):
        counts = dict(
            self.env["reliability.exchange"]._read_group(
                [
                    ("integration_id", "in", self.ids),
                    ("state", "in", UNRESOLVED),
                ],
                ["integration_id"],
                ["__count"],
            )
        )
        for integration in self:
            integration.unresolved_count = counts.get(integration._origin, 0)

    @api.depends("excerpts_until")
    def _compute_stores_excerpts(self):
        now = self.env.cr.now()
        for integration in self:
            until = integration.excerpts_until
            integration.stores_excerpts = bool(until) and until > now

    def _inverse_stores_excerpts(self):
        until = self.env.cr.now() + timedelta(days=EXCERPT_DAYS)
        for integration in self:
            integration.excerpts_until = integration.stores_excerpts and until

    @api.constrains("excerpts_until")
    def _check_excerpts_until(self):
        latest = self.env.cr.now() + timedelta(days=EXCERPT_DAYS, minutes=1)
        if any(one.excerpts_until > latest for one in self if one.excerpts_until):
            raise ValidationError(
                self.env._(
                    "Excerpts are stored for %(days)s days at a time. Turn them on"
                    " again when these are over.",
                    days=EXCERPT_DAYS,
                )
            )

    @api.constrains("code")
    def _check_code(self):
        for integration in self:
            check_metric_code(integration)

    @api.constrains("host_patterns")
    def _check_host_patterns(self):
        for integration in self:
            patterns = host_patterns(integration.host_patterns or "")
            wrong = [pattern for pattern in patterns if not is_host_pattern(pattern)]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(wrong)s cannot be the host of one partner. Enter names such"
                        " as api.example.com or *.example.com, without https:// and"
                        " without a path.",
                        wrong=", ".join(wrong),
                    )
                )

    @api.model
    def _named(self):
        """Return the integrations that an administrator has named, in their order."""
        return self.browse(self._named_ids())

    @api.model
    @ormcache()
    def _named_ids(self):
        return tuple(self.sudo().search([("discovered", "=", False)]).ids)

    @api.model
    @ormcache()
    def _named_codes(self):
        """Return the codes of all named integrations, archived ones too."""
        named = [("discovered", "=", False)]
        integrations = self.sudo().with_context(active_test=False)
        return frozenset(integrations.search_fetch(named, ["code"]).mapped("code"))

    @api.model
    def _by_code(self, code):
        """Return what the model that it extends does, also a system that is new."""
        # The ledger inserts systems by SQL, which empties no cache.
        return super()._by_code(code) or self.with_context(active_test=False).search(
            [("code", "=", code)]
        )

    @api.model_create_multi
    def create(self, vals_list):
        check_system_fields(self, _EXCERPT_FIELDS, *vals_list)
        self.env.registry.clear_cache("stable")
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache("stable")
        return super().unlink()

    def write(self, vals):
        self.env.registry.clear_cache("stable")
        check_system_fields(self, _EXCERPT_FIELDS, vals)
        if any(self.mapped("stores_excerpts")):  # then these choose contents, too
            check_system_fields(self, _EXCERPT_SOURCES, vals)
        if "name" in vals and "discovered" not in vals:
            vals = {**vals, "discovered": False}  # an administrator has named it
        result = super().write(vals)
        self.env.cr.postcommit.add(partner_systems.clear_cache)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_exchanges(self):
        if (
            self.env["reliability.exchange"]
            .sudo()
            .search_count([("integration_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "This system has exchanges on record. Archive the system instead:"
                    " its exchanges stay readable."
                )
            )

    def action_open_exchanges(self):
        """Open the exchanges with this system; unresolved ones only, if there are."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {
            "domain": [("integration_id", "=", self.id)],
            "context": {"search_default_unresolved": bool(self.unresolved_count)},
            "display_name": self.name,
        }


def _work_intervals(calendar, start, end):
    """Return the working hours between two moments, as pairs of begin and end."""
    if not calendar:
        return [(start, end)]
    intervals = calendar._work_intervals_batch(
        start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    )[False]
    return [
        tuple(moment.astimezone(UTC).replace(tzinfo=None) for moment in interval[:2])
        for interval in intervals
    ]
