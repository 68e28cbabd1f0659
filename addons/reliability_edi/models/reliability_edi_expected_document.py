"""Expected documents: the schedule baseline of each partner, and today's status."""

from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, format_duration
from odoo.tools.misc import babel_locale_parse

from odoo.addons.reliability.api import create_functions, formatting

_FUNCTIONS = (
    "reliability_edi_today",
    "reliability_edi_days",
    "reliability_edi_learn",
)
MISSING, FEW = "missing", "few"
WEEKDAYS = [
    ("0", "Mondays"),
    ("1", "Tuesdays"),
    ("2", "Wednesdays"),
    ("3", "Thursdays"),
    ("4", "Fridays"),
    ("5", "Saturdays"),
    ("6", "Sundays"),
]


class ExpectedToday(NamedTuple):
    """Today's status of an expected document, as ``data/expected.sql`` computes it.

    :ivar expected: record of ``reliability.edi.expected.document``
    :ivar received: number of documents received today
    :ivar baseline_by_now: usual number of documents by this hour
    :ivar last: when the last document was received, on any day, in UTC
    :ivar state: ``expected``, ``received``, ``few``, ``missing`` or ``holiday``
    """

    expected: models.Model
    received: int
    baseline_by_now: int
    last: datetime | None
    state: str


class ReliabilityEdiExpectedDocument(models.Model):
    _name = "reliability.edi.expected.document"
    _description = "Expected EDI Documents"
    _order = "partner_id, type_id, weekday"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    type_id = fields.Many2one(
        "edi.exchange.type",
        required=True,
        ondelete="cascade",
        domain=[("direction", "=", "input")],
    )
    backend_id = fields.Many2one(
        "edi.backend", required=True, ondelete="cascade", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        ondelete="cascade",
        check_company=True,
        help="Empty: documents of the backend whose partner is unknown.",
    )
    company_id = fields.Many2one("res.company")
    weekday = fields.Selection(WEEKDAYS, string="On", required=True, default="0")
    hour = fields.Float(
        string="Expected by",
        required=True,
        default=10.0,
        help="If no document was received by this time, the cockpit reports it as"
        " missing.",
    )
    baseline = fields.Integer(
        string="Usual Number",
        readonly=True,
        help="How many documents are usually received on such a day.",
    )
    baseline_by_hour = fields.Json(
        readonly=True,
        help="How many documents are usually received by the end of each hour.",
    )
    since = fields.Date(
        default=fields.Date.context_today,
        help="The first day on which the document is expected.",
    )
    learned = fields.Boolean(
        readonly=True,
        help="The time follows the documents received. A time that a user sets stays"
        " as it is.",
    )
    today = fields.Char(compute="_compute_today")

    _sensible_numbers = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)", "Enter a time from 0:00 to 23:59."
    )
    _once_unique = models.UniqueIndex(
        "(type_id, backend_id, coalesce(partner_id, 0), coalesce(company_id, 0),"
        " weekday)",
        "This document is expected on this day of the week already.",
    )

    def init(self):
        """Create the SQL functions once the tables that they read exist."""
        self.env.registry.post_init(self._create_functions)

    def _create_functions(self):
        self._drop_functions()
        create_functions(self.env.cr, "reliability_edi/data/expected.sql")
        self.env["reliability.gauge"]._register_document_gauges_later()

    @api.model
    def _drop_functions(self):
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP ROUTINE IF EXISTS %s CASCADE", name))

    @api.depends("type_id", "partner_id", "backend_id", "weekday")
    def _compute_display_name(self):
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        for expected in self:
            names = expected._documents_label(), weekdays.get(expected.weekday)
            expected.display_name = " · ".join(filter(None, names))

    def _documents_label(self):
        """Return type and partner of the documents, such as "ORDERS from ACME"."""
        expected = self.sudo()
        return self.env._(
            "%(documents)s from %(partner)s",
            documents=expected.type_id.name or "",
            partner=expected.partner_id.name or expected.backend_id.name or "",
        )

    @api.depends_context("uid", "tz", "lang")
    def _compute_today(self):
        statuses = {status.expected: status for status in self._read_today()}
        for expected in self:
            status = statuses.get(expected._origin)
            expected.today = status and expected._describe(status)

    def write(self, vals):
        """Stop learning the time of documents that a user changes."""
        if {"hour", "weekday", "type_id", "partner_id"} & vals.keys():
            vals = {**vals, "learned": False}
        return super().write(vals)

    def action_learn(self):
        """Learn the time of these documents again."""
        self.check_access("write")
        self.write({"learned": True})
        self._learn()

    @api.model
    def _learn(self):
        """Update the baselines from the documents received in the last eight weeks."""
        self.env.flush_all()
        self.env.cr.execute("SELECT reliability_edi_learn()")
        self.env.invalidate_all()

    @api.model
    def _read_today(self, at=None):
        """Return the status of all documents that are expected on one day.

        :param datetime at: the moment to evaluate, in UTC; default: now
        :rtype: list[ExpectedToday]
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT expected_document_id, received, baseline_by_now, last, state"
            " FROM reliability_edi_today(coalesce(%s AT TIME ZONE 'UTC', now()))"
            " ORDER BY 1",
            [at],
        )
        return [
            ExpectedToday(self.browse(expected_id), *values)
            for expected_id, *values in self.env.cr.fetchall()
        ]

    def _describe(self, status):
        """Return a sentence about today's documents, in the language of the user."""
        self.ensure_one()
        _ = self.env._
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        values = {
            "documents": self._documents_label(),
            "count": status.received,
            "usual": status.baseline_by_now,
            "last": status.last and formatting.moment(self.env, status.last),
            "days": weekdays[self.weekday],
            "hour": self._hour_label(),
        }
        match status.state:
            case "holiday":
                return _("A holiday: no document is expected")
            case "missing" if status.last:
                return _(
                    "No %(documents)s since %(last)s; on %(days)s the first arrives by"
                    " %(hour)s",
                    **values,
                )
            case "missing":
                return _(
                    "No %(documents)s yet; on %(days)s the first arrives by %(hour)s",
                    **values,
                )
            case "few" if not status.received:
                return _(
                    "No %(documents)s today; on %(days)s there are usually %(usual)s by"
                    " now",
                    **values,
                )
            case "few":
                return _(
                    "%(count)s %(documents)s today, the last at %(last)s; on %(days)s"
                    " there are usually %(usual)s by now",
                    **values,
                )
            case "expected":
                return _("Expected by %(hour)s", **values)
        return _("%(count)s received, the last at %(last)s", **values)

    def _describe_week(self):
        """Return when these documents of one partner and type are expected."""
        _ = self.env._
        if not self:
            return ""
        hours = sorted({expected.hour for expected in self})
        values = {
            "days": _days_label(self.env, sorted({int(day.weekday) for day in self})),
            "hour": format_duration(hours[0]),
            "last": format_duration(hours[-1]),
        }
        if len(hours) > 1:
            return _("%(days)s by %(hour)s to %(last)s", **values)
        return _("%(days)s by %(hour)s", **values)

    def _hour_label(self):
        return format_duration(self.hour or 0)


def _days_label(env, weekdays):
    """Return days of the week, in the language of the user: "Mon–Fri", "Mon, Thu".

    :param list weekdays: numbers from 0, Monday; sorted, not empty
    """
    if len(weekdays) == 7:
        return env._("Daily")
    locale = babel_locale_parse(env.lang)
    names = locale.days["format"]["abbreviated"]
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) > 2 and weekdays == list(range(first, last + 1)):
        return env._("%(first)s–%(last)s", first=names[first], last=names[last])
    return ", ".join(names[day] for day in weekdays)
