"""Counterparts: whom we exchange something with."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.reliability.models.code import check_code
from odoo.addons.reliability.models.day import Day

from ..ledger.counterparts import counterparts
from ..ledger.words import SUCCEEDED

_QUARTER = 15 * 60
_LONGEST_SILENCE = timedelta(days=60)


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
        help="Attempts that take longer are slow.",
    )
    failing_limit = fields.Float(
        string="Degraded: failing",
        default=0.1,
        digits=(16, 4),
        help="Share of the attempts of the last hour that fail.",
    )
    daily_quota = fields.Integer(
        string="Calls a Day", help="How many calls it accepts; 0: no limit is known."
    )
    most_tries = fields.Integer(
        string="Tries",
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

    calls_today = fields.Integer(compute="_compute_today")
    attempts_today = fields.Integer(compute="_compute_today")
    success_today = fields.Float(compute="_compute_today", digits=(16, 4))
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
        " AND most_tries BETWEEN 1 AND 20 AND failing_limit BETWEEN 0 AND 1)",
        "Enter positive numbers, 1 to 20 tries, and a percentage from 0 to 100.",
    )

    @api.depends_context("uid", "tz", "allowed_company_ids")
    def _compute_today(self):
        attempts = self._attempts_by_quarter()
        day = self._day()
        for integration in self:
            mine = attempts.get(integration.id, {})
            total = sum(of[0] for of in mine.values())
            failed = sum(of[1] for of in mine.values())
            integration.attempts_today = total
            integration.calls_today = sum(of[2] for of in mine.values())
            integration.success_today = (total - failed) / total if total else 0.0
            integration.quarters_today = {
                "begin": fields.Datetime.to_string(day.begin),
                "quarters": [[quarter, *mine[quarter][:2]] for quarter in sorted(mine)],
            }

    def _attempts_by_quarter(self):
        """Return the user's day: id → quarter of an hour → attempts, failures, calls.

        Refused before they were asked are no attempts of theirs.
        """
        begin = self._day().begin
        self.env.cr.execute(
            """
            SELECT exchange.integration_id,
                   floor(extract(epoch FROM attempt.started - %s) / %s)::integer,
                   count(*),
                   count(*) FILTER (WHERE attempt.outcome IN ('failed', 'unknown')),
                   coalesce(sum(attempt.calls), 0)
              FROM reliability_attempt AS attempt
              JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
             WHERE attempt.started >= %s AND exchange.integration_id = ANY(%s)
               AND attempt.outcome IS DISTINCT FROM 'rejected'
               AND (exchange.company_id IS NULL OR exchange.company_id = ANY(%s))
             GROUP BY 1, 2
            """,
            [begin, _QUARTER, begin, self.ids, self.env.companies.ids],
        )
        found = {}
        for integration_id, quarter, *numbers in self.env.cr.fetchall():
            found.setdefault(integration_id, {})[quarter] = numbers
        return found

    def _day(self):
        return Day.around(fields.Datetime.now(), self.env.tz.zone)

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
        for integration in self:
            last = integration.last_success or integration.create_date or now
            integration.silent_hours = integration._working_hours(last, now)

    def _working_hours(self, start, end):
        """Return the hours between two moments in which the counterpart works."""
        start = max(start, end - _LONGEST_SILENCE)
        calendar = self.calendar_id.sudo()
        if not calendar:
            return (end - start).total_seconds() / 3600
        utc = fields.Datetime.context_timestamp
        zoned = self.with_context(tz="UTC")
        return calendar.get_work_hours_count(
            utc(zoned, start), utc(zoned, end), compute_leaves=True
        )

    @property
    def _is_silent(self):
        """Whether an exchange that normally happens has not, for too long."""
        return bool(self.silence_hours) and self.silent_hours > self.silence_hours

    def _compute_unsettled_count(self):
        found = dict(
            self.env["reliability.exchange"]._read_group(
                [
                    ("integration_id", "in", self.ids),
                    ("state", "in", ("retrying", "failed", "unknown")),
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
            check_code(integration)

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

    def write(self, vals):
        if "name" in vals and "discovered" not in vals:
            vals = {**vals, "discovered": False}  # now it has been named
        result = super().write(vals)
        self.env.cr.postcommit.add(counterparts.forget)
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
        """Open the exchanges with this counterpart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "reliability_integration.reliability_exchange_action"
        )
        return action | {
            "domain": [("integration_id", "=", self.id)],
            "context": {"search_default_unsettled": bool(self.unsettled_count)},
        }
