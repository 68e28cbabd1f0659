"""What one tool backs up together, what people expect of it, and its last report."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.reliability.api import formatting, masked
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from ..checks import Policy, problems
from ..contract import BOTH, CLUSTER, DATABASE, FILESTORE
from ..summary import from_json, newest_backup, summarize, to_json, usual_size
from .backup_messages import describe
from .operator_database import newest_point_of_cluster
from .reliability_backup import in_megabytes

MAX_SETS = 200
_POLICY = (
    "max_age_hours",
    "must_be_elsewhere",
    "must_be_encrypted",
    "retention_backups",
    "retention_days",
)
_WRITTEN_BY_PEOPLE = {"active", "drill_every_days", *_POLICY}
CONTENTS_NAMES = [
    (CLUSTER, "Cluster"),
    (DATABASE, "Database"),
    (FILESTORE, "Filestore"),
    (BOTH, "Database and Filestore"),
]
_RATED = timedelta(days=30)
WITH_DATABASE = (CLUSTER, DATABASE, BOTH)
WITH_FILESTORE = (FILESTORE, BOTH)


class ReliabilityBackupSet(models.Model):
    """Reports create sets and write what is known; administrators write the policy."""

    _name = "reliability.backup.set"
    _description = "Backup Set"
    _order = "newest_point nulls first, name, id"

    name = fields.Char(required=True, readonly=True)
    contents = fields.Selection(CONTENTS_NAMES, required=True, readonly=True)
    tool = fields.Char(readonly=True)
    active = fields.Boolean(
        default=True, help="Of archived sets, nothing is checked any more."
    )
    max_age_hours = fields.Integer(
        string="Maximum Age (h)",
        default=26,
        required=True,
        aggregator=None,
        help="Of the last backup without error, and of the last report.",
    )
    must_be_elsewhere = fields.Boolean(
        string="A Copy Elsewhere",
        default=True,
        help="One backup that is not older must be in a repository at another site.",
    )
    must_be_encrypted = fields.Boolean(string="Encrypted", default=True)
    retention_backups = fields.Integer(
        aggregator=None,
        help="So many complete backups must be there; 0 for any number.",
    )
    retention_days = fields.Integer(
        aggregator=None,
        help="The oldest backup must be at least so old; 0 for any age.",
    )
    drill_every_days = fields.Integer(
        string="Restore Drill Every (days)",
        aggregator=None,
        help="So many days after a restore drill has passed, the next one must have;"
        " 0 where none is expected.",
    )
    first_reported = fields.Datetime(required=True, readonly=True)
    reported = fields.Datetime(
        string="Last Report", required=True, readonly=True, help="When it was taken."
    )
    newest_point = fields.Datetime(
        string="Can Be Restored to",
        readonly=True,
        help="The newest moment that can be restored by what was reported last.",
    )
    last_success = fields.Datetime(string="Last Backup", readonly=True)
    summary = fields.Json(readonly=True)
    backup_ids = fields.One2many("reliability.backup", "set_id", readonly=True)
    problem = fields.Text(compute="_compute_problem")
    success_rate = fields.Char(
        string="Without Error",
        compute="_compute_success_rate",
        help="Of the backups that ended within 30 days.",
    )
    restored = fields.Char(
        string="Last Restored",
        compute="_compute_restored",
        help="When a restore drill has passed.",
    )

    _once = models.UniqueIndex("(name, contents)")
    _max_age_positive = models.Constraint(
        "CHECK (max_age_hours > 0)", "The maximum age must be at least one hour."
    )
    _drill_not_negative = models.Constraint(
        "CHECK (drill_every_days >= 0)",
        "Enter days between restore drills, or 0 where none is expected.",
    )

    def write(self, vals):
        """Write; only reports, which are processed by the system, write what is known.

        :raise AccessError: a person writes something else than the policy
        """
        if not self.env.su and not vals.keys() <= _WRITTEN_BY_PEOPLE:
            raise AccessError(
                self.env._("What is known of backups is written by reports only.")
            )
        return super().write(vals)

    @api.depends("summary", *_POLICY)
    @api.depends_context("lang", "tz")
    def _compute_problem(self):
        now = fields.Datetime.now()
        for one in self:
            texts = [describe(one, found) for found in one._problems(now)]
            one.problem = "\n".join(texts)

    @api.depends("backup_ids")
    @api.depends_context("lang")
    def _compute_success_rate(self):
        since = fields.Datetime.now() - _RATED
        for one in self:
            ended = one.backup_ids.filtered(lambda row: row.end and row.end >= since)
            good = len(ended.filtered(lambda row: not row.error))
            values = {"good": good, "all": len(ended)}
            one.success_rate = (
                self.env._("%(good)s of %(all)s", **values)
                if ended
                else self.env._("None has ended")
            )

    @api.depends_context("lang", "tz")
    def _compute_restored(self):
        for one in self:
            one.restored = one._last_passed_drill()._when()

    def _last_passed_drill(self):
        """Return the last drill that has passed, and has restored this set."""
        self.ensure_one()
        domain = [("set_name", "=", self.name), ("contents", "=", self.contents)]
        if self.contents in WITH_FILESTORE:
            domain = ["|", ("filestore_set", "=", self.name), "&", *domain]
        return self.env["reliability.drill"]._last_passed(domain)

    @api.model
    def _receive(self, report):
        """Store a report; an older one than that of before changes nothing.

        :return: what the sender is told, for JSON
        """
        found = self._find_or_create(report)
        if report.taken_at < found.reported:
            return {"set": found.id, "older": True}
        backups = self.env["reliability.backup"]
        backups._store(found, report)
        summary = found._with_size(report, summarize(report))
        found.write(
            {
                "tool": masked(report.tool),
                "reported": report.taken_at,
                "newest_point": summary.newest_point,
                "last_success": summary.last_success,
                "summary": to_json(
                    summary._replace(
                        error=masked(summary.error), problem=masked(summary.problem)
                    )
                ),
            }
        )
        return {
            "set": found.id,
            "backups": len(report.backups),
            "newest_point": summary.newest_point and f"{summary.newest_point}Z",
        }

    @api.model
    def _find_or_create(self, report):
        everything = self.with_context(active_test=False)
        key = [("name", "=", report.name), ("contents", "=", report.contents)]
        if found := everything.search(key):
            return found
        if everything.search_count([]) >= MAX_SETS:
            raise InvalidMessage(
                f"There are {MAX_SETS} sets of backups already: send the same name for"
                " the same set."
            )
        return self.create(
            {
                "name": report.name,
                "contents": report.contents,
                "first_reported": report.taken_at,
                "reported": report.taken_at,
                "retention_backups": min(report.retention_backups or 0, 10_000),
                "retention_days": min(report.retention_days or 0, 10_000),
            }
        )

    def _with_size(self, report, summary):
        """Return the summary, with sizes if the newest backup is much smaller."""
        newest = newest_backup(report)
        if not newest or not newest.end or newest.error or newest.size is None:
            return summary
        size = in_megabytes(newest.size)
        earlier = self.env["reliability.backup"]._earlier_sizes(self, newest)
        return summary._replace(size=size, usual_size=usual_size(size, earlier))

    def _problems(self, now):
        """Return what is wrong with a set.

        :rtype: list[Problem]
        """
        self.ensure_one()
        if not self.summary:
            return []
        policy = Policy(
            timedelta(hours=self.max_age_hours),
            self.must_be_elsewhere,
            self.must_be_encrypted,
            self.retention_backups,
            self.retention_days,
        )
        summary = from_json(self.summary)
        return problems(summary, policy, self.reported, self.first_reported, now)

    @api.model
    def _newest_points(self):
        """Return database and filestore → the newest moment that can be restored.

        It is ``None`` where nothing can be, or nothing was reported: here, or of the
        whole cluster to the operator's database.
        """
        points = {}
        for contents, with_it in (
            (DATABASE, WITH_DATABASE),
            (FILESTORE, WITH_FILESTORE),
        ):
            newest = self.search(
                [("contents", "in", with_it), ("newest_point", "!=", False)],
                order="newest_point desc",
                limit=1,
            )
            points[contents] = newest.newest_point or None
        if cluster := newest_point_of_cluster(self.env):
            points[DATABASE] = max(points[DATABASE] or cluster, cluster)
        return points

    @api.model
    def _point_text(self, point):
        """Return a moment that can be restored, in words.

        :param point: ``None`` if there is none
        """
        if not point:
            return self.env._("Never reported")
        values = {
            "time": formatting.moment(self.env, point),
            "duration": formatting.since(self.env, point),
        }
        return self.env._("%(time)s, %(duration)s ago", **values)
