"""Counterparts: whom we exchange something with."""

from collections import defaultdict
from datetime import UTC, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from odoo.addons.reliability.api import LocalDay, check_metric_code, lately

from ..ledger.constants import SUCCEEDED
from ..ledger.partner_systems import partner_systems
from .reliability_exchange import UNSETTLED

_LATELY = timedelta(hours=1)
_FEWEST = 3
"""Attempts in an hour without which a share says nothing."""
_INTERRUPTED = 0.5
_NEAR_QUOTA = 0.9
_LONGEST_SILENCE = timedelta(days=60)
_WHERE = ("uid", "tz", "allowed_company_ids", "reliability_warehouses")
"""What of the context numbers depend on."""


class _Quarter(NamedTuple):
    """The attempts of a quarter of an hour; calls are those of everybody."""

    attempts: int
    failures: int
    lately: int
    failures_lately: int
    calls: int


_NOTHING = _Quarter(0, 0, 0, 0, 0)


class ReliabilityIntegration(models.Model):
    _name = "reliability.integration"
    _description = "Integration"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        help="Names it in metrics and in the code of connectors, such as dhl.",
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
        help="It appeared by itself, since Odoo asked it something, and waits to be"
        " named.",
    )
    owner_id = fields.Many2one("res.users", help="Who knows whom to call there.")
    service_id = fields.Many2one(
        "reliability.service", help="The service that does not work without it."
    )
    host_patterns = fields.Char(
        string="Hosts",
        help="Where it answers, such as *.dhl.com; several with spaces between them.",
    )
    records_calls = fields.Boolean(
        string="Record All Calls",
        help="Also those that no connector reports: each call over HTTP to its hosts"
        " becomes an exchange.",
    )
    keeps_excerpts = fields.Boolean(
        string="Keep Excerpts",
        help="Parts of requests and answers, with passwords and people masked. Only"
        " administrators see them.",
    )
    threshold = fields.Float(
        string="Fast up to (s)",
        default=2.0,
        help="Tries that take longer are slow.",
    )
    failing_threshold = fields.Float(
        string="Degraded: failing",
        default=0.1,
        digits=(16, 4),
        help="Share of the tries of the last hour that fail. From half of them on, it"
        " is interrupted.",
    )
    daily_quota = fields.Integer(
        string="Calls a Day", help="How many calls it accepts; 0: no limit is known."
    )
    most_tries = fields.Integer(
        string="Asked Again at Most",
        default=5,
        help="How often Odoo asks again, at most, when somebody has asked for a retry.",
    )
    silence_hours = fields.Float(
        string="Silent after (h)",
        help="Working hours without a single success from which on something is wrong."
        " 0: it may be silent for as long as it likes.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        help="Of the counterpart. Empty: around the clock.",
    )

    condition = fields.Selection(
        [
            ("fine", "Fine"),
            ("degraded", "Degraded"),
            ("interrupted", "Interrupted"),
            ("no_data", "No data"),
            ("unnamed", "To be named"),
        ],
        string="How It Is",
        compute="_compute_condition",
    )
    calls_today = fields.Integer(
        compute="_compute_today", help="Over the network, of all companies."
    )
    attempts_today = fields.Integer(compute="_compute_today")
    failures_today = fields.Integer(compute="_compute_today")
    success_today = fields.Float(compute="_compute_today", digits=(16, 4))
    attempts_lately = fields.Integer(compute="_compute_today", help="In an hour.")
    failures_lately = fields.Integer(compute="_compute_today", help="In an hour.")
    quarters_today = fields.Json(
        string="Today",
        compute="_compute_today",
        help="For each quarter of an hour: attempts, and how many of them failed.",
    )
    last_success = fields.Datetime(compute="_compute_last_success")
    silent_hours = fields.Float(compute="_compute_silent_hours")
    unsettled_count = fields.Integer(compute="_compute_unsettled_count")

    _code_unique = models.UniqueIndex(
        "(code)", "There is an integration with this code already; choose another."
    )
    _sensible_numbers = models.Constraint(
        "CHECK (threshold > 0 AND daily_quota >= 0 AND silence_hours >= 0"
        " AND most_tries BETWEEN 1 AND 20 AND failing_threshold BETWEEN 0 AND 1)",
        "Enter positive numbers, 1 to 20 tries, and a percentage from 0 to 100.",
    )

    def _seen_in(self, scope):
        """Return these, with the numbers of where somebody looks.

        :param scope: of ``reliability.health.provider``
        """
        codes = tuple(scope.codes) if scope.warehouse else None
        return self.with_context(
            allowed_company_ids=list(scope.companies), reliability_warehouses=codes
        )

    @api.depends_context(*_WHERE)
    def _compute_today(self):
        attempts, day = self._attempts_by_quarter(), self._day()
        for integration in self:
            mine = attempts.get(integration.id, {})
            today = [(at, of) for at, of in sorted(mine.items()) if at >= 0]
            total = sum(of.attempts for _at, of in today)
            failed = sum(of.failures for _at, of in today)
            integration.attempts_today = total
            integration.failures_today = failed
            integration.success_today = (total - failed) / total if total else 0.0
            integration.attempts_lately = sum(of.lately for of in mine.values())
            integration.failures_lately = sum(
                of.failures_lately for of in mine.values()
            )
            integration.calls_today = sum(of.calls for _at, of in today)
            integration.quarters_today = {
                "begin": fields.Datetime.to_string(day.begin),
                "now": fields.Datetime.to_string(fields.Datetime.now()),
                "quarters": [
                    [at, of.attempts, of.failures] for at, of in today if of.attempts
                ],
            }

    def _attempts_by_quarter(self):
        """Return id → quarter of an hour of the user's day → `_Quarter`.

        In the first hour of a day, those before it have negative numbers.
        """
        companies, codes = {*self.env.companies.ids}, self._warehouse_codes()
        if self.env.user.has_group("reliability.group_admin"):
            companies.add(None)  # as access rules have it
        found = defaultdict(dict)
        for integration_id, at, company_id, warehouse, of in self._attempts_by_place():
            quarters = found[integration_id]
            before = quarters.get(at, _NOTHING)
            if company_id in companies and (codes is None or warehouse in codes):
                quarters[at] = _Quarter(*map(sum, zip(before, of, strict=True)))
            else:
                quarters[at] = before._replace(calls=before.calls + of.calls)
        return found

    def _attempts_by_place(self):
        """Return what `_read_attempts_by_place` does; on the cockpit, which is open all
        day, as it was when it was last looked how services are.
        """
        if "reliability_warehouses" not in self.env.context:
            return self._read_attempts_by_place()
        return lately(
            self.env,
            self.env["reliability.evaluator"].sudo()._last(),
            ("attempts by place", self._ids, self._day()),
            self._read_attempts_by_place,
        )

    def _read_attempts_by_place(self):
        """Return the attempts of the user's day and of the last hour.

        What Odoo refused before it asked is no attempt of theirs.

        :rtype: list[tuple[int, int, int | None, str, _Quarter]]
        :return: integration, quarter of an hour, company, warehouse, and numbers
        """
        now, begin = fields.Datetime.now(), self._day().begin
        self.env.cr.execute(
            """
            SELECT exchange.integration_id,
                   floor(extract(epoch FROM attempt.started - %(begin)s)
                         / 900)::integer,
                   exchange.company_id, coalesce(exchange.warehouse, ''),
                   count(*),
                   count(*) FILTER (WHERE attempt.outcome IN ('failed', 'unknown')),
                   count(*) FILTER (WHERE attempt.started >= %(lately)s),
                   count(*) FILTER (WHERE attempt.started >= %(lately)s
                                      AND attempt.outcome IN ('failed', 'unknown')),
                   coalesce(sum(attempt.calls), 0)
              FROM reliability_attempt AS attempt
              JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
             WHERE attempt.started >= least(%(begin)s, %(lately)s)
               AND exchange.integration_id = ANY(%(ids)s)
               AND attempt.outcome IS DISTINCT FROM 'rejected'
             GROUP BY 1, 2, 3, 4
            """,
            {"begin": begin, "lately": now - _LATELY, "ids": self.ids},
        )
        return [(*of[:4], _Quarter(*of[4:])) for of in self.env.cr.fetchall()]

    def _warehouse_codes(self):
        codes = self.env.context.get("reliability_warehouses")
        return None if codes is None else list(codes)

    def _day(self):
        return LocalDay.around(fields.Datetime.now(), self.env.tz.zone)

    @api.depends_context(*_WHERE)
    @api.depends(
        "discovered",
        "attempts_today",
        "failures_today",
        "attempts_lately",
        "failures_lately",
        "failing_threshold",
        "silence_hours",
        "silent_hours",
    )
    def _compute_condition(self):
        for integration in self:
            integration.condition = integration._judge()

    def _judge(self):
        if self.discovered:
            return "unnamed"
        attempts, failures = self.attempts_lately, self.failures_lately
        says_something = attempts >= _FEWEST and failures
        if says_something and failures >= _INTERRUPTED * attempts:
            return "interrupted"
        if self._is_silent:
            return "degraded"
        if says_something and failures >= self.failing_threshold * attempts:
            return "degraded"
        return "fine" if self.attempts_today > self.failures_today else "no_data"

    def _compute_last_success(self):
        found = dict(
            self.env["reliability.exchange.total"]
            .sudo()
            ._read_group(
                [("integration_id", "in", self.ids), ("state", "=", SUCCEEDED)],
                ["integration_id"],
                ["last:max"],
            )
        )
        for integration in self:
            integration.last_success = found.get(integration._origin, False)

    @api.depends("last_success", "calendar_id")
    def _compute_silent_hours(self):
        now = fields.Datetime.now()
        for calendar, integrations in self.grouped("calendar_id").items():
            since = {of: of._silent_since(now) for of in integrations}
            worked = _worked(calendar.sudo(), min(since.values()), now)
            for integration, start in since.items():
                integration.silent_hours = sum(
                    (end - max(begin, start)).total_seconds() / 3600
                    for begin, end in worked
                    if end > start
                )

    def _silent_since(self, now):
        last = self.last_success or self.create_date or now
        return min(max(last, now - _LONGEST_SILENCE), now)

    @property
    def _is_silent(self):
        """Whether an exchange that normally happens has not, for too long."""
        return bool(self.silence_hours) and self.silent_hours > self.silence_hours

    @property
    def _is_near_quota(self):
        quota = self.daily_quota
        return bool(quota) and self.calls_today >= _NEAR_QUOTA * quota

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_unsettled_count(self):
        found = dict(
            self.env["reliability.exchange"]._read_group(
                [
                    ("integration_id", "in", self.ids),
                    ("state", "in", UNSETTLED),
                ],
                ["integration_id"],
                ["__count"],
            )
        )
        for integration in self:
            integration.unsettled_count = found.get(integration._origin, 0)

    @api.constrains("code")
    def _check_code(self):
        for integration in self:
            check_metric_code(integration)

    @api.constrains("host_patterns")
    def _check_host_patterns(self):
        for integration in self:
            patterns = (integration.host_patterns or "").replace(",", " ").split()
            wrong = [of for of in patterns if "/" in of or of.strip("*.") == ""]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(wrong)s cannot be a host. Enter names such as"
                        " api.example.com or *.example.com, without https:// and"
                        " without a path.",
                        wrong=", ".join(wrong),
                    )
                )

    @api.model
    def _named(self):
        """Return those that somebody has named, in their order."""
        return self.browse(self._named_ids())

    @api.model
    @ormcache()
    def _named_ids(self):
        return tuple(self.sudo().search([("discovered", "=", False)]).ids)

    @api.model
    @ormcache()
    def _named_codes(self):
        """Return the codes of those that somebody has named, archived ones too."""
        named = [("discovered", "=", False)]
        every = (
            self.sudo().with_context(active_test=False).search_fetch(named, ["code"])
        )
        return frozenset(every.mapped("code"))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def write(self, vals):
        self.env.registry.clear_cache()
        if "name" in vals and "discovered" not in vals:
            vals = {**vals, "discovered": False}  # now it has been named
        result = super().write(vals)
        self.env.cr.postcommit.add(partner_systems.forget)
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
                    "There are exchanges with this integration on record. Archive it"
                    " instead: what is on record stays readable."
                )
            )

    def action_open_exchanges(self):
        """Open the exchanges with this counterpart, what is not settled first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {
            "domain": [("integration_id", "=", self.id)],
            "context": {"search_default_unsettled": bool(self.unsettled_count)},
            "display_name": self.name,
        }


def _worked(calendar, start, end):
    """Return the hours of work between two moments, as pairs of moments."""
    if not calendar:
        return [(start, end)]
    intervals = calendar._work_intervals_batch(
        start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    )[False]
    return [
        tuple(moment.astimezone(UTC).replace(tzinfo=None) for moment in interval[:2])
        for interval in intervals
    ]
