"""Deployments as pipelines report them; one that was seen, too, is the same record."""

# What pipelines say is apart from what servers show.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import masked, masked_name, write_changes
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .. import deployment_message as message
from .. import matching, reported
from ..rollout import CODE
from .reliability_deployment import DONE, FAILED, PARTIAL, RUNNING, short_version

PLANNED, CANCELED = "planned", "canceled"
NOT_DEPLOYED = (PLANNED, CANCELED)
_SOURCE_NAMES = [
    (message.OURS, "Reliability"),
    (message.GITHUB, "GitHub"),
    (message.GITLAB, "GitLab"),
]
_REPORTED_STATE_NAMES = [
    (message.PLANNED, "Planned"),
    (message.RUNNING, "Running"),
    (message.SUCCEEDED, "Succeeded"),
    (message.FAILED, "Failed"),
    (message.CANCELED, "Canceled"),
    (message.REFUSED, "Refused"),
    (message.REPLACED, "Replaced"),
]
_STATES = {
    message.PLANNED: PLANNED,
    message.RUNNING: RUNNING,
    message.SUCCEEDED: DONE,
    message.FAILED: FAILED,
}
_FIELDS = {
    "state": "reported_state",
    "at": "reported_at",
    "begin": "reported_begin",
    "end": "reported_end",
    "rolls_back": "rolls_back_key",
    "fixes": "fixes_key",
}
"""Fields whose names differ from those of reports."""
_LINKS = {"rolls_back_key": "rolls_back_id", "fixes_key": "fixes_id"}
_MATCHED_FOR = matching.SAME_CODE_WITHIN + timedelta(days=1)
_NAMES = ("environment", "release", "revision", "rolls_back", "fixes")
_TEXTS = ("pipeline", "person", "approver", "description")


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    state = fields.Selection(
        selection_add=[(PLANNED, "Planned"), (CANCELED, "Canceled")],
        ondelete={PLANNED: "set default", CANCELED: "set default"},
    )
    source = fields.Selection(
        _SOURCE_NAMES, readonly=True, help="Whose message has reported it."
    )
    key = fields.Char(
        string="Pipeline's ID", readonly=True, help="What its reports call it."
    )
    reported_values = fields.Json(readonly=True)
    """What reports have said, and when; see :mod:`..reported`."""
    reported_state = fields.Selection(
        _REPORTED_STATE_NAMES,
        string="Pipeline",
        readonly=True,
        help="What the pipeline said last. Refused: nobody approved it. Replaced: a"
        " later deployment has taken its place.",
    )
    reported_at = fields.Datetime(
        string="Reported on", readonly=True, help="Since when the pipeline says so."
    )
    reported_begin = fields.Datetime(string="Pipeline Began", readonly=True)
    reported_end = fields.Datetime(string="Pipeline Ended", readonly=True)
    environment = fields.Char(readonly=True)
    release = fields.Char(readonly=True, help="The version, branch or tag.")
    revision = fields.Char(readonly=True, help="The commit.")
    artifact = fields.Char(
        string="Image Digest", readonly=True, help="The digest of the image."
    )
    pipeline = fields.Char(string="Link", readonly=True, help="To the pipeline's run.")
    person = fields.Char(readonly=True, help="Who has deployed it.")
    approver = fields.Char(readonly=True, help="Who has approved it.")
    planned_begin = fields.Datetime(readonly=True)
    planned_end = fields.Datetime(readonly=True)
    scope = fields.Selection(
        [(message.FULL, "All Servers"), (message.CANARY, "Canary")],
        readonly=True,
        help="Canary: only some servers are to run it.",
    )
    description = fields.Char(readonly=True)
    is_unplanned = fields.Boolean(
        string="Unplanned",
        readonly=True,
        help="It was made because of an incident in production.",
    )
    rolls_back_key = fields.Char(readonly=True)
    fixes_key = fields.Char(readonly=True)
    fixes_id = fields.Many2one(
        "reliability.deployment",
        string="Hot Fix of",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    fixed_by_ids = fields.One2many("reliability.deployment", "fixes_id")
    commit_ids = fields.One2many(
        "reliability.deployment.commit", "deployment_id", string="Commits"
    )

    _reported_once = models.UniqueIndex("(source, key) WHERE key IS NOT NULL")

    @api.depends("release", "revision")
    def _compute_name(self):
        return super()._compute_name()

    def _text(self):
        """Return what the pipeline calls it, until servers show what has changed."""
        if self.sudo().change_ids or not self.is_reported:
            return super()._text()
        return self._pipeline_name()

    def _change_text(self, change):
        """Return the release beside the commit: people know code by it."""
        text = super()._change_text(change)
        if change.kind != CODE or not (change.after and self.release):
            return text
        return f"{self.release} ({short_version(change.after)})"

    def _pipeline_name(self):
        """Return the release, or else the commit or the id, as people know it."""
        return self.release or (self.revision or "")[:8] or self.key

    @api.model
    def _between(self, begin, end):
        """Leave out what was never deployed."""
        found = super()._between(begin, end)
        return found.filtered(lambda one: one.state not in NOT_DEPLOYED)

    # Reports

    @api.model
    def _receive(self, report):
        """Store a report.

        Sent again, or after a newer one of the same deployment, it ends the same.

        :param DeploymentReport report: of production
        :return: what the sender gets, for JSON
        """
        if masked_name(report.key) != report.key:
            raise InvalidMessage(
                "id must not have what looks like a secret or an address:"
                f" {masked_name(report.key)}"
            )
        report = _without_secrets(report)
        found = self._by_key(report.source, report.key)
        if not found:
            new = {"source": report.source, "key": report.key, "is_reported": True}
            found = self.create({**new, "begin": report.at})
        found.reported_values = reported.merge(found.reported_values or {}, report)
        found._apply_reports()
        found._add_commits(report.commits)
        found._link()
        self._match(fields.Datetime.now())
        return {"deployment": self._by_key(report.source, report.key).id}

    @api.model
    def _by_key(self, source, key):
        return self.search([("source", "=", source), ("key", "=", key)])

    def _apply_reports(self):
        """Write what the reports say, as far as it differs."""
        values = reported.values_of(self.reported_values)
        self._set_requests(values.pop("requests"))
        values = {_FIELDS.get(name, name): value for name, value in values.items()}
        values["state"] = self._state_by_reports()
        if not self.is_seen:
            begin = values["reported_begin"] or values["reported_end"]
            begin = begin or values["planned_begin"] or values["reported_at"]
            values |= {"begin": begin, "end": values["reported_end"]}
        write_changes(self, values)

    def _state_by_reports(self):
        """Return the state: that a pipeline failed counts more than what is seen."""
        outcome = reported.outcome_of(self.reported_values)
        if outcome == message.FAILED or not self.is_seen:
            return _STATES.get(outcome, CANCELED)
        return RUNNING if self.state in (FAILED, *NOT_DEPLOYED) else self.state

    def _add_commits(self, commits):
        known = {one.revision: one for one in self.commit_ids}
        for commit in {one.revision: one for one in commits}.values():
            if row := known.get(commit.revision):
                times = [one for one in (row.made_at, commit.made_at) if one]
                write_changes(row, {"made_at": min(times, default=False)})
            else:
                self.commit_ids.create(
                    {
                        "deployment_id": self.id,
                        "revision": commit.revision,
                        "made_at": commit.made_at,
                    }
                )

    def _link(self):
        """Link it with those that its reports name, and with those that name it."""
        for key, link in _LINKS.items():
            if self[key] and (other := self._by_key(self.source, self[key])):
                write_changes(self, {link: other})
            naming = self.search([("source", "=", self.source), (key, "=", self.key)])
            for other in naming:
                write_changes(other, {link: self})

    # What was seen

    @api.model
    def _follow(self, now):
        result = super()._follow(now)
        self._match(now)
        return result

    @api.model
    def _finish(self, unfinished, now):
        result = super()._finish(unfinished, now)
        for one in unfinished.filtered("is_reported"):
            if one.state in (DONE, PARTIAL):
                one.state = one._state_by_reports()
        return result

    @api.model
    def _match(self, now):
        """Make one record of each deployment that was seen and reported.

        :param datetime now: in UTC
        """
        recent = ("begin", ">=", now - _MATCHED_FOR)
        waiting = [("is_reported", "=", True), ("is_seen", "=", False), recent]
        awaited = self.search([*waiting, ("state", "not in", NOT_DEPLOYED)])
        if not awaited:
            return
        # Who uses Apps has no pipeline.
        alone = [("is_seen", "=", True), ("is_reported", "=", False), recent]
        seen = self.search([*alone, ("user_id", "=", False)])
        pairs = matching.match(
            [one._as_reported() for one in awaited], [one._as_seen() for one in seen]
        )
        for one, other in pairs.items():
            self.browse(other)._take(self.browse(one))

    def _as_reported(self):
        """Return it as :mod:`..matching` needs it."""
        return matching.Reported(self.id, self.begin, self.end, self._codes())

    def _codes(self):
        """Return what the pipeline has deployed, as far as it says it."""
        return tuple(one for one in (self.revision, self.artifact) if one)

    def _as_seen(self):
        codes = self.change_ids.filtered(lambda one: one.kind == "code")
        after = tuple(one.after for one in codes if one.after)
        return matching.Seen(self.id, self.begin, self.end, after)

    def _take(self, other):
        """Let the reports of another record be about this one; delete the other."""
        values = {
            "is_reported": True,
            **{name: other[name] for name in ("source", "key", "reported_values")},
        }
        other.commit_ids.deployment_id = self.id
        for link in ("rolls_back_id", "fixes_id"):
            if other[link]:
                values[link] = other[link].id
            self.search([(link, "=", other.id)])[link] = self.id
        self._take_log(other)
        other.unlink()
        self.write(values)
        self._apply_reports()

    def _take_log(self, other):
        """Move the log of another record to this one: who has decided what stays."""
        domain = [("model", "=", self._name), ("res_id", "=", other.id)]
        self.env["mail.message"].sudo().search(domain).res_id = self.id


def _without_secrets(report):
    """Return a report whose texts have no secrets and no personal data."""
    return report._replace(
        **{name: masked_name(getattr(report, name)) for name in _NAMES},
        **{name: masked(getattr(report, name)) for name in _TEXTS},
        commits=tuple(
            one._replace(revision=masked_name(one.revision)) for one in report.commits
        ),
    )
