"""What normally comes: learned from history by day of the week, and editable."""

from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, file_open

from odoo.addons.reliability.api import formatting

_FUNCTIONS = ("reliability_edi_today", "reliability_edi_learn")
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


class Today(NamedTuple):
    """What has become of an expectation today, see ``data/expected.sql``.

    :ivar expectation: a record
    :ivar came: how many documents
    :ivar usual_by_now: how many there usually are at this hour
    :ivar last: when one came last, in UTC
    :ivar state: ``expected``, ``came``, ``few``, ``missing`` or ``holiday``
    """

    expectation: models.Model
    came: int
    usual_by_now: int
    last: datetime | None
    state: str


class ReliabilityEdiExpectedDocument(models.Model):
    _name = "reliability.edi.expected.document"
    _description = "Expected EDI Documents"
    _order = "partner_id, type_id, weekday"

    active = fields.Boolean(default=True)
    type_id = fields.Many2one(
        "edi.exchange.type",
        required=True,
        ondelete="cascade",
        domain=[("direction", "=", "input")],
    )
    backend_id = fields.Many2one("edi.backend", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", ondelete="cascade", help="Empty: nobody is known by name."
    )
    company_id = fields.Many2one("res.company")
    weekday = fields.Selection(WEEKDAYS, string="On", required=True, default="0")
    hour = fields.Float(
        string="Come by",
        required=True,
        default=10.0,
        help="If none has come by then, somebody should ask.",
    )
    usual = fields.Integer(
        string="Usually", readonly=True, help="How many come on such a day."
    )
    by_hour = fields.Json(
        readonly=True, help="How many usually have come by the end of each hour."
    )
    since = fields.Date(
        default=fields.Date.context_today, help="The first day it is expected on."
    )
    learned = fields.Boolean(
        readonly=True,
        help="It follows what comes. What somebody has set stays as it is.",
    )
    today = fields.Char(compute="_compute_today")

    _sensible_numbers = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)", "Enter a time from 0:00 to 23:59."
    )
    _once_unique = models.UniqueIndex(
        "(type_id, backend_id, coalesce(partner_id, 0), coalesce(company_id, 0),"
        " weekday)",
        "This is expected on this day of the week already.",
    )

    def init(self):
        """Make the functions, once the tables that they read are there."""
        self.env.registry.post_init(self._make_functions)

    def _make_functions(self):
        self._forget_functions()
        with file_open("reliability_edi/data/expected.sql") as file:
            self.env.cr.execute(file.read())
        # What asks these functions went with the old ones.
        self.env["reliability.edi.daily.status"]._make_view()
        self.env["reliability.gauge"]._tell_of_documents()

    @api.model
    def _forget_functions(self):
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP ROUTINE IF EXISTS %s CASCADE", name))

    @api.depends("type_id", "partner_id", "backend_id", "weekday")
    def _compute_display_name(self):
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        for expected in self:
            names = expected._whose(), weekdays.get(expected.weekday)
            expected.display_name = " · ".join(filter(None, names))

    def _whose(self):
        of = self.sudo()
        return self.env._(
            "%(documents)s from %(partner)s",
            documents=of.type_id.name or "",
            partner=of.partner_id.name or of.backend_id.name or "",
        )

    @api.depends_context("uid", "tz", "lang")
    def _compute_today(self):
        found = {of.expectation: of for of in self._read_today()}
        for expected in self:
            today = found.get(expected._origin)
            expected.today = today and expected._describe(today)

    def write(self, vals):
        """What somebody sets is no longer learned."""
        if {"hour", "weekday", "type_id", "partner_id"} & vals.keys():
            vals = {**vals, "learned": False}
        return super().write(vals)

    def action_learn(self):
        """Let these follow again what comes."""
        self.check_access("write")
        self.write({"learned": True})
        self._learn()

    @api.model
    def _learn(self):
        """Learn from what came; each night, and when somebody asks for it."""
        self.env.flush_all()
        self.env.cr.execute("SELECT reliability_edi_learn()")
        self.env.invalidate_all()

    @api.model
    def _read_today(self, at=None):
        """Return what has become of all that is expected on the day of a moment.

        :param datetime at: in UTC; now, unless told otherwise
        :rtype: list[Today]
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT expectation_id, came, usual_by_now, last, state"
            " FROM reliability_edi_today(coalesce(%s AT TIME ZONE 'UTC', now()))"
            " ORDER BY 1",
            [at],
        )
        return [Today(self.browse(of[0]), *of[1:]) for of in self.env.cr.fetchall()]

    def _describe(self, today):
        """Say what has come today, in this user's words."""
        self.ensure_one()
        _ = self.env._
        weekdays = dict(self._fields["weekday"]._description_selection(self.env))
        words = {
            "whose": self._whose(),
            "count": today.came,
            "usual": today.usual_by_now,
            "last": today.last and formatting.moment(self.env, today.last),
            "days": weekdays[self.weekday],
            "hour": self._time(),
        }
        match today.state:
            case "holiday":
                return _("A holiday: nothing is expected")
            case "missing" if today.last:
                return _(
                    "No %(whose)s since %(last)s; on %(days)s they come by %(hour)s",
                    **words,
                )
            case "missing":
                return _("No %(whose)s yet; on %(days)s they come by %(hour)s", **words)
            case "few" if not today.came:
                return _(
                    "No %(whose)s today; on %(days)s there are usually %(usual)s by"
                    " now",
                    **words,
                )
            case "few":
                return _(
                    "%(count)s %(whose)s today, the last at %(last)s; on %(days)s there"
                    " are usually %(usual)s by now",
                    **words,
                )
            case "expected":
                return _("Expected by %(hour)s", **words)
        return _("%(count)s came, the last at %(last)s", **words)

    def _time(self):
        minutes = round((self.hour or 0) * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
