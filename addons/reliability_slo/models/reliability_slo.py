"""Objectives: how many events of a service should be good, over which time."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import _tz_get
from odoo.addons.reliability.api import check_metric_code, evaluated_families

from .. import burn_rate, objective, window
from ..shipped import SHIPPED

_PPM_OF_A_PERCENT = burn_rate.PPM // 100
_SLICES = [("1", "1 minute"), ("5", "5 minutes"), ("15", "15 minutes")]
"""Lengths that divide every hour of every time zone into whole slices."""
_DEFINITION = {
    "service_id",
    "measure",
    "family",
    "operations",
    "system",
    "gauge",
    "comparison",
    "bound",
    "slice_minutes",
    "split",
    "active",
}
"""Fields by which events are found: their numbers are counted anew."""
_COUNTING = {"budgeting", "slice_goal_ppm", "window", "zone", "calendar_id"}
"""Fields by which slices are added up: their sums are made anew."""


class ReliabilitySlo(models.Model):
    _name = "reliability.slo"
    _inherit = ["mail.thread", "reliability.by.code"]
    _description = "Objective"
    _order = "service_id, sequence, id"

    name = fields.Char(
        translate=True, help="If empty, the objective is named after what it measures."
    )
    code = fields.Char(
        required=True,
        help="The label slo in metrics, such as order_confirmation. A new code begins"
        " new series.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100)
    service_id = fields.Many2one(
        "reliability.service", required=True, ondelete="cascade", index=True
    )
    owner_id = fields.Many2one(
        "res.users",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        help="The person who decides what to do when the budget is spent.",
    )
    description = fields.Text(
        translate=True,
        help="What it means for the business if the objective is missed.",
    )
    measure = fields.Selection(
        [
            (objective.SUCCESS, "Do not fail"),
            (objective.LATENCY, "Are in time"),
            (objective.GAUGE, "A number holds"),
        ],
        required=True,
        default=objective.SUCCESS,
        string="Good Events",
    )
    family = fields.Selection(
        "_selection_family", string="Kind", required=True, default="operation"
    )
    operations = fields.Char(
        help="Codes, separated by commas; all of the service if empty."
    )
    operation_ids = fields.Many2many(
        "reliability.operation",
        string="Operations",
        compute="_compute_operation_ids",
        inverse="_inverse_operation_ids",
        help="All of the service if empty.",
    )
    system = fields.Char(
        string="Only",
        help="The code of a partner system, a carrier or a channel; all if empty.",
    )
    gauge = fields.Selection("_selection_gauge", string="Number")
    comparison = fields.Selection(
        [(objective.AT_MOST, "At most"), (objective.AT_LEAST, "At least")],
        required=True,
        default=objective.AT_MOST,
    )
    bound = fields.Float()
    goal_ppm = fields.Integer(
        required=True, default=995_000, string="Goal in Millionths"
    )
    goal = fields.Float(
        string="Goal (%)",
        compute="_compute_goal",
        inverse="_inverse_goal",
        store=True,
        tracking=True,
        digits=(7, 4),
        help="How many of a hundred events should be good.",
    )
    window = fields.Selection(
        [
            ("7d", "The last 7 days"),
            ("28d", "The last 28 days"),
            ("30d", "The last 30 days"),
            ("90d", "The last 90 days"),
            ("week", "This week"),
            ("month", "This month"),
            ("quarter", "This quarter"),
        ],
        required=True,
        default="28d",
        tracking=True,
    )
    zone = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="In which the week, the month or the quarter begins.",
    )
    budgeting = fields.Selection(
        [
            (objective.EVENTS, "Events"),
            (objective.SLICES, "Time slices, good or bad"),
            (objective.RATIO_SLICES, "Time slices, by their share of good events"),
        ],
        string="Budget by",
        required=True,
        default=objective.EVENTS,
        help="Events: each counts the same. Time slices: each counts the same, however"
        " many events it has; those without events do not count.",
    )
    slice_length = fields.Selection(
        _SLICES,
        compute="_compute_slice_length",
        inverse="_inverse_slice_length",
        string="Slices of",
    )
    slice_minutes = fields.Integer(required=True, default=5)
    slice_goal_ppm = fields.Integer(default=950_000, required=True)
    slice_goal = fields.Float(
        string="Good from (%)",
        compute="_compute_slice_goal",
        inverse="_inverse_slice_goal",
        digits=(7, 4),
        help="A time slice is good if so many of a hundred events in it are.",
    )
    split = fields.Selection(
        [
            ("none", "One budget"),
            ("company", "By company"),
            ("warehouse", "By company and warehouse"),
            ("system", "By company and partner system"),
        ],
        string="Budgets",
        required=True,
        default="company",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        ondelete="restrict",
        help="Only these hours count, without public holidays. All hours if empty.",
    )
    alert_ids = fields.One2many(
        "reliability.slo.alert", "slo_id", string="Alerts", copy=True
    )
    budget_ids = fields.One2many("reliability.slo.budget", "slo_id", readonly=True)
    budget_count = fields.Integer(compute="_compute_budget_count")
    is_counted = fields.Boolean(
        copy=False, help="Whether the events before its last change are counted."
    )
    is_added_up = fields.Boolean(copy=False)
    period_begin = fields.Datetime(copy=False, help="Of a calendar window, in UTC.")
    period_end = fields.Datetime(copy=False)
    problem = fields.Text(compute="_compute_problem")

    _code_unique = models.UniqueIndex(
        "(code)", "Another objective has this code. Choose a different one."
    )
    _slice_minutes_known = models.Constraint(
        "CHECK (slice_minutes IN (1, 5, 15))", "Choose slices of 1, 5 or 15 minutes."
    )

    @api.model
    def _selection_family(self):
        names = dict(self.env["reliability.report"]._selection_family())
        names |= {
            code: name[:1].upper() + name[1:]
            for code, name in self._names_of_events().items()
            if code in names
        }
        return sorted(names.items())

    @api.model
    def _selection_gauge(self):
        return [(name, name.replace("_", " ").capitalize()) for name in self._gauges()]

    @api.model
    def _gauges(self):
        """Return the names of the gauges that this database has."""
        query = SQL(
            "SELECT substr(viewname, 19) FROM pg_views"
            " WHERE schemaname = 'public' AND viewname ~ '^reliability_gauge_[a-z]'"
            "   AND viewname !~ '^reliability_gauge_slo_' ORDER BY 1"
        )
        return [name for (name,) in self.env.execute_query(query)]

    @api.depends("service_id")
    def _compute_owner_id(self):
        for slo in self:
            slo.owner_id = slo.owner_id or slo.service_id.owner_id

    @api.depends("goal_ppm")
    def _compute_goal(self):
        for slo in self:
            slo.goal = slo.goal_ppm / _PPM_OF_A_PERCENT

    def _inverse_goal(self):
        for slo in self:
            slo.goal_ppm = round(slo.goal * _PPM_OF_A_PERCENT)

    @api.depends("slice_goal_ppm")
    def _compute_slice_goal(self):
        for slo in self:
            slo.slice_goal = slo.slice_goal_ppm / _PPM_OF_A_PERCENT

    def _inverse_slice_goal(self):
        for slo in self:
            slo.slice_goal_ppm = round(slo.slice_goal * _PPM_OF_A_PERCENT)

    @api.depends("slice_minutes")
    def _compute_slice_length(self):
        for slo in self:
            slo.slice_length = str(slo.slice_minutes)

    def _inverse_slice_length(self):
        for slo in self:
            slo.slice_minutes = int(slo.slice_length)

    @api.depends("operations")
    def _compute_operation_ids(self):
        for slo in self:
            codes = slo._operation_codes() if slo.family == "operation" else []
            slo.operation_ids = self.env["reliability.operation"].search(
                [("code", "in", codes)]
            )

    def _inverse_operation_ids(self):
        for slo in self:
            if slo.family == "operation":
                slo.operations = ",".join(slo.operation_ids.mapped("code"))

    def _operation_codes(self):
        return [code.strip() for code in (self.operations or "").split(",") if code]

    @api.depends("name", "measure", "family", "operations", "service_id.name", "gauge")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for slo in self:
            slo.display_name = slo.name or slo._described()

    def _described(self):
        """Return a name for an objective: its service, and what should be good."""
        if not self.service_id:
            return ""
        subject = ", ".join(self.operation_ids.mapped("name"))
        values = {
            "service": self.service_id.name,
            "subject": subject or self._kind_of_events(),
        }
        if self.measure == objective.SUCCESS:
            return self.env._("%(service)s: %(subject)s without failures", **values)
        if self.measure == objective.LATENCY:
            return self.env._("%(service)s: %(subject)s in time", **values)
        number = dict(self._selection_gauge()).get(self.gauge, "")
        return self.env._("%(service)s: %(number)s holds", number=number, **values)

    def _kind_of_events(self):
        """Return what the events of the objective are, in the plural."""
        names = self._names_of_events()
        if self.family in names:
            return names[self.family]
        return dict(self._selection_family()).get(self.family, "")

    @api.model
    def _names_of_events(self):
        """Return what the events of families are, in the plural: code → name."""
        return {
            "operation": self.env._("operations"),
            "http": self.env._("requests"),
            "cron_delay": self.env._("starts of scheduled actions"),
            "queue_job_delay": self.env._("starts of jobs"),
            "integration": self.env._("attempts"),
        }

    @api.constrains("code")
    def _check_code(self):
        for slo in self:
            check_metric_code(slo)

    @api.constrains("goal_ppm", "slice_goal_ppm", "budgeting")
    def _check_goal(self):
        for slo in self:
            if slo.budgeting == objective.SLICES and not (
                0 < slo.slice_goal_ppm <= burn_rate.PPM
            ):
                raise ValidationError(
                    self.env._(
                        "Enter from which share of good events a time slice is good:"
                        " more than 0 %, and at most 100 %."
                    )
                )
            if not 0 < slo.goal_ppm < burn_rate.PPM:
                raise ValidationError(
                    self.env._(
                        "Enter a goal between 0.0001 % and 99.9999 %. At 100 %, nothing"
                        " may ever fail: there is no budget, and the first failure"
                        " would spend it."
                    )
                )

    @api.constrains("measure", "gauge")
    def _check_gauge(self):
        for slo in self:
            if slo.measure == objective.GAUGE and not slo.gauge:
                raise ValidationError(self.env._("Choose the number that should hold."))

    @api.constrains("measure", "gauge", "split")
    def _check_split_of_gauge(self):
        for slo in self:
            if slo.measure != objective.GAUGE or not slo.gauge:
                continue
            missing = set(objective.SPLITS[slo.split]) - slo._gauge_columns()
            if missing:
                raise ValidationError(
                    self.env._(
                        "The number %(gauge)s is not known by %(label)s. Choose other"
                        " budgets, such as one budget for all.",
                        gauge=slo.gauge,
                        label=", ".join(sorted(missing)),
                    )
                )

    def _gauge_columns(self):
        """Return the columns of the view of the gauge."""
        query = SQL(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s",
            f"reliability_gauge_{self.gauge}",
        )
        return {name for (name,) in self.env.execute_query(query)}

    @api.constrains("calendar_id")
    def _check_calendar(self):
        for slo in self:
            if slo.calendar_id and not slo.calendar_id.attendance_ids:
                raise ValidationError(
                    self.env._(
                        "The working hours %(calendar)s are empty: nothing would ever"
                        " count. Enter its hours, or choose others.",
                        calendar=slo.calendar_id.name,
                    )
                )

    @api.constrains("goal_ppm", "window", "alert_ids")
    def _check_alerts(self):
        self.alert_ids._check_can_fire()

    @api.depends("operations", "family", "gauge", "measure", "budget_ids.problem")
    def _compute_problem(self):
        for slo in self:
            slo.problem = "\n".join([*slo._problems(), *slo._budget_problems()])

    def _problems(self):
        """Yield what keeps the objective from being measured, and what to do."""
        if self.measure == objective.GAUGE:
            if self.gauge and self.gauge not in self._gauges():
                yield self.env._(
                    "The number %(gauge)s does not exist any more. Choose another one,"
                    " or archive the objective.",
                    gauge=self.gauge,
                )
            return
        known = set(self.operation_ids.mapped("code"))
        gone = [code for code in self._operation_codes() if code not in known]
        if self.family == "operation" and gone:
            yield self.env._(
                "There is no operation %(codes)s any more, or it is archived: nothing"
                " new of it is counted. Choose another one, or archive the objective.",
                codes=", ".join(gone),
            )

    @api.depends("budget_ids")
    def _compute_budget_count(self):
        counts = dict(
            self.env["reliability.slo.budget"]._read_group(
                [("slo_id", "in", self.ids)], ["slo_id"], ["__count"]
            )
        )
        for slo in self:
            slo.budget_count = counts.get(slo._origin, 0)

    def action_open_budgets(self):
        """Open the error budgets of the objective."""
        self.check_access("read")
        budgets = self.env["reliability.slo.budget"]
        return budgets._open_in_need([("slo_id", "in", self.ids)])

    def _budget_problems(self):
        return [problem for problem in self.budget_ids.mapped("problem") if problem]

    @api.model_create_multi
    def create(self, vals_list):
        slos = super().create(vals_list)
        for slo, vals in zip(slos, vals_list, strict=True):
            if not vals.get("alert_ids"):
                slo.alert_ids = slo.alert_ids._usual(slo)
        self._evaluate_soon()
        return slos

    def write(self, vals):
        vals = dict(vals)
        before = {slo: slo._definition() for slo in self}
        usual = self._delete_usual_alerts(vals)
        result = super().write(vals)
        for slo in usual:
            slo.alert_ids._usual(slo)
        for slo, (counted, added_up, split) in before.items():
            now_counted, now_added_up, now_split = slo._definition()
            if split != now_split:
                slo.sudo().budget_ids.unlink()
            if added_up != now_added_up:  # another window begins at another time
                super(ReliabilitySlo, slo).write({"period_begin": False})
            if counted != now_counted:
                super(ReliabilitySlo, slo).write({"is_counted": False})
            elif added_up != now_added_up:
                super(ReliabilitySlo, slo).write({"is_added_up": False})
        if not self.env.context.get("reliability_evaluating"):
            self._evaluate_soon()
        return result

    def _delete_usual_alerts(self, vals):
        """Delete alerts that nobody has chosen, where the window changes.

        :return: the objectives that are to have the usual ones of their new window
        """
        if "window" not in vals or "alert_ids" in vals:
            return self.browse()
        usual = self.filtered(lambda slo: slo.alert_ids._are_usual(slo))
        usual.alert_ids.unlink()
        return usual

    def _definition(self):
        """Return what the numbers depend on: how events are found, how slices are added
        up, and into which budgets."""
        return (
            [self[name] for name in sorted(_DEFINITION)],
            [self[name] for name in sorted(_COUNTING)],
            self.split,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        """Refuse to delete what the next upgrade would create again."""
        if shipped := self.filtered(lambda slo: slo._is_shipped()):
            raise ValidationError(
                self.env._(
                    "%(objectives)s came with the app and would come again with its"
                    " next upgrade. Archive it instead.",
                    objectives=", ".join(shipped.mapped("display_name")),
                )
            )

    def _is_shipped(self):
        return self.code in {code for code, *_rest in self._shipped()}

    @api.model
    def _shipped(self):
        """Return the objectives that come with the app; addons add theirs.

        :return: code, code of the service, and values of fields
        :rtype: tuple[tuple[str, str, dict], ...]
        """
        return SHIPPED

    @api.model
    def _evaluate_soon(self):
        """Let the scheduled action count a new or changed objective within seconds."""
        cron = self.env.ref(
            "reliability_health.cron_evaluate", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _specifications(self):
        """Return the active objectives as data.

        :rtype: list[objective.Objective]
        """
        return [slo._specification() for slo in self.search([])]

    def _specification(self):
        return objective.Objective(
            code=self.code,
            name=self.display_name,
            service=self.service_id.code,
            goal_ppm=self.goal_ppm,
            window=self.window,
            zone=self.zone,
            measure=self.measure,
            family=self.family,
            operations=tuple(self._operation_codes()),
            system=self.system or "",
            gauge=self.gauge or "",
            comparison=self.comparison,
            bound=self.bound,
            budgeting=self.budgeting,
            slice_minutes=self.slice_minutes,
            slice_goal_ppm=self.slice_goal_ppm,
            split=self.split,
            description=self.description or "",
            owner=self.owner_id.login or "",
            calendar=self.calendar_id.name or "",
            alerts=self._chosen_pairs(),
        )

    def _chosen_pairs(self):
        """Return the pairs of windows that people have chosen; ``None`` if none."""
        if self.alert_ids._are_usual(self):
            return None
        return tuple(alert._pair() for alert in self.alert_ids)

    def _usual_pairs(self):
        """Return the usual pairs of windows: those that can begin at this goal.

        :rtype: list[burn_rate.Pair]
        """
        return burn_rate.usable_pairs(self.goal_ppm, self._period())

    def _period(self):
        """Return the length of the window, for burn rates."""
        return window.length(self.window)

    @api.model
    def _ship(self):
        """Create the objectives that come with the app, for services that exist.

        One that exists already, also archived, stays as people have made it.
        """
        known = set(self.with_context(active_test=False).search([]).mapped("code"))
        services = {
            service.code: service
            for service in self.env["reliability.service"].search([])
        }
        families = dict(self._selection_family())
        self.create(
            [
                {"code": code, "service_id": services[service].id} | values
                for code, service, values in self._shipped()
                if service in services
                and code not in known
                and values.get("family", "operation") in families
            ]
        )

    @api.model
    def _shared_families(self):
        """Return the kinds of events that belong to no company."""
        return evaluated_families(is_of_company=False)
