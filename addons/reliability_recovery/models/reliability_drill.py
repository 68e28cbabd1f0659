"""Restore drills: what was restored, how long it took, and what was lost."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    delete_oldest,
    formatting,
    masked,
    masked_name,
)
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .. import drill_result
from ..drill_contract import (
    FAILED,
    PASSED,
    canonical,
    parse,
    sha256,
    without_secrets,
)
from .drill_messages import (
    describe_loss,
    describe_point_objective,
    describe_problem,
    describe_time_objective,
)
from .reliability_backup import in_megabytes
from .reliability_backup_set import CONTENTS_NAMES
from .reliability_drill_rows import PHASE_NAMES

EVIDENCE_RETENTION = timedelta(days=1100)
"""Three years of evidence, for those who audit it."""
OTHER_EVIDENCE = (
    "Other evidence with this name was received before: each drill needs a name of its"
    " own."
)
TO_CONFIRM, CONFIRMED = "to_confirm", "confirmed"
LEVEL_NAMES = [
    ("0", "Listed"),
    ("1", "Bytes verified"),
    ("2", "Restored and started"),
    ("3", "Checks of the business passed"),
]
REASON_NAMES = [
    (drill_result.OTHER_DATABASE, "Another database"),
    (drill_result.UNKNOWN_DATABASE, "Unknown database"),
    (drill_result.ERROR, "Error"),
    (drill_result.CHECK, "Check failed"),
    (drill_result.NOT_USABLE, "Not usable"),
]


class ReliabilityDrill(models.Model):
    """Written by messages only; a person confirms each of them once."""

    _name = "reliability.drill"
    _description = "Restore Drill"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "declared_at desc, id desc"

    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [(TO_CONFIRM, "To Confirm"), (CONFIRMED, "Confirmed")],
        required=True,
        readonly=True,
        default=TO_CONFIRM,
    )
    confirmed_by_id = fields.Many2one("res.users", string="Confirmed by", readonly=True)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True)
    database = fields.Char(readonly=True, help="Its name in the backup.")
    database_uuid = fields.Char(
        string="Database UUID",
        readonly=True,
        help="The system parameter database.uuid that was found inside.",
    )
    set_name = fields.Char(string="Backup Set", required=True, readonly=True)
    contents = fields.Selection(CONTENTS_NAMES, required=True, readonly=True)
    filestore_set = fields.Char(
        string="Set with Files",
        readonly=True,
        help="Empty where no files were restored from another set.",
    )
    backup = fields.Char(readonly=True)
    tool = fields.Char(readonly=True)
    host = fields.Char(readonly=True)
    postgresql = fields.Char(string="PostgreSQL", readonly=True)
    odoo = fields.Char(readonly=True)
    declared_at = fields.Datetime(
        string="Declared",
        required=True,
        readonly=True,
        help="The decision to restore: the recovery time counts from then.",
    )
    failed_at = fields.Datetime(
        string="Failure",
        required=True,
        readonly=True,
        help="The moment of the failure, as it was declared: what was written between"
        " the newest heartbeat and then is lost.",
    )
    target = fields.Datetime(
        string="Point in Time", readonly=True, help="Empty for the newest."
    )
    usable_at = fields.Datetime(
        string="Usable", readonly=True, help="All checks were green."
    )
    ended_at = fields.Datetime(string="Ended", required=True, readonly=True)
    level = fields.Selection(LEVEL_NAMES, required=True, readonly=True)
    result = fields.Selection(
        [(PASSED, "Passed"), (FAILED, "Not achieved")], required=True, readonly=True
    )
    reason = fields.Selection(
        REASON_NAMES, readonly=True, help="Why it was not achieved."
    )
    error_phase = fields.Selection(PHASE_NAMES, readonly=True)
    error = fields.Char(readonly=True)
    database_heartbeat = fields.Datetime(
        readonly=True, help="The newest one that was found in the database."
    )
    filestore_heartbeat = fields.Datetime(
        readonly=True, help="The newest one that was found in the filestore."
    )
    size = fields.Float(
        string="Restored (MB)", digits=(16, 3), readonly=True, aggregator=None
    )
    lost = fields.Text(
        readonly=True, help="What production has, and what was restored has not."
    )
    phase_ids = fields.One2many("reliability.drill.phase", "drill_id", readonly=True)
    check_ids = fields.One2many("reliability.drill.check", "drill_id", readonly=True)
    evidence = fields.Text(required=True, readonly=True)
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    is_masked = fields.Boolean(
        readonly=True, help="Something in the evidence was masked before it was stored."
    )

    rto_seconds = fields.Integer(
        string="RTO Achieved (s)",
        compute="_compute_achieved",
        store=True,
        aggregator=None,
        help="0 if it was not achieved.",
    )
    rpo_seconds = fields.Integer(
        string="RPO Achieved (s)",
        compute="_compute_achieved",
        store=True,
        aggregator=None,
        help="The larger one of database and filestore; 0 if one is unknown, or it was"
        " not achieved.",
    )
    is_rpo_known = fields.Boolean(compute="_compute_achieved", store=True)
    rto = fields.Char(string="RTO Achieved", compute="_compute_words")
    rpo = fields.Char(
        string="RPO Achieved",
        compute="_compute_words",
        help="The larger one of database and filestore.",
    )
    database_rpo = fields.Char(string="Lost in the Database", compute="_compute_words")
    filestore_rpo = fields.Char(
        string="Lost in the Filestore", compute="_compute_words"
    )
    problem = fields.Text(compute="_compute_words")
    objectives = fields.Text(
        compute="_compute_objectives",
        help="What it says of the recovery objectives that services have now.",
    )

    _once = models.UniqueIndex("(name)")
    _by_end = models.Index("(ended_at)")

    @api.depends(
        *("declared_at", "failed_at", "usable_at", "result"),
        *("database_heartbeat", "filestore_heartbeat"),
    )
    def _compute_achieved(self):
        for drill in self:
            has_passed = drill.result == PASSED
            loss = drill_result.largest(drill._losses()) if has_passed else None
            drill.is_rpo_known = loss is not None
            drill.rpo_seconds = loss.total_seconds() if loss else 0
            end = (has_passed and drill.usable_at) or drill.declared_at
            drill.rto_seconds = (end - drill.declared_at).total_seconds()

    @api.depends("result", "rto_seconds", "rpo_seconds")
    @api.depends_context("lang", "tz")
    def _compute_words(self):
        for drill in self:
            env = drill.env
            database, filestore = losses = drill._losses()
            drill.database_rpo = describe_loss(env, database)
            drill.filestore_rpo = describe_loss(env, filestore)
            if drill.result == PASSED:
                drill.rpo = describe_loss(env, drill_result.largest(losses))
                taken = timedelta(seconds=drill.rto_seconds)
                drill.rto = describe_loss(env, taken)
            else:
                drill.rpo = drill.rto = env._("Not achieved")
            drill.problem = describe_problem(drill)

    @api.depends_context("lang", "tz")
    def _compute_objectives(self):
        services = self.env["reliability.service"]._with_recovery_objective()
        for drill in self:
            lines = [
                describe(drill, service.name, minutes)[0]
                for service in services
                for describe, minutes in (
                    (describe_point_objective, service.rpo_minutes),
                    (describe_time_objective, service.rto_minutes),
                )
                if minutes
            ]
            drill.objectives = "\n".join(lines)

    def _losses(self):
        """Return what would have been lost in the database and in the filestore.

        :return: two timedeltas; ``None`` where it is unknown
        """
        return [
            drill_result.loss(self.failed_at, heartbeat or None)
            for heartbeat in (self.database_heartbeat, self.filestore_heartbeat)
        ]

    def _phase_name(self):
        """Return what people call the phase of the error."""
        names = dict(self._fields["error_phase"]._description_selection(self.env))
        return names.get(self.error_phase, "")

    @api.model
    def _last(self, domain=()):
        """Return the drill that ended last, of those that match."""
        return self.search([*domain], order="ended_at desc, id desc", limit=1)

    @api.model
    def _last_passed(self, domain=()):
        """Return the drill that has passed last, of those that match."""
        return self._last([("result", "=", PASSED), *domain])

    def _estimate(self):
        """Return how long the recovery would take now.

        As long per byte as it took: backups have grown since.

        :return: a timedelta; ``None`` if a size is unknown
        """
        backups = self.env["reliability.backup"].search(
            [
                ("set_id.name", "=", self.set_name),
                ("set_id.contents", "=", self.contents),
                ("size", ">", 0),
                ("error", "=", False),
                ("end", "!=", False),
            ],
            order="end desc, id desc",
        )
        restored = backups.filtered(lambda one: one.label == self.backup)[:1].size
        if not restored:
            return None
        return timedelta(seconds=self.rto_seconds * backups[0].size / restored)

    def _when(self):
        """Return in words when a drill has passed; *Never restored* without one."""
        if not self:
            return self.env._("Never restored")
        return self.env._(
            "%(time)s, %(duration)s ago",
            time=formatting.moment(self.env, self.ended_at),
            duration=formatting.since(self.env, self.ended_at),
        )

    @api.model
    def _receive(self, evidence, body):
        """Store the evidence of a drill; sent again it changes nothing.

        :param Evidence evidence: what ``body`` is
        :return: what the sender is told, for JSON
        """
        digest = sha256(body)
        found = self.search([("name", "=", evidence.name)])
        if found and found.sha256 != digest:
            raise InvalidMessage(OTHER_EVIDENCE)
        if not found:
            stored = without_secrets(body, masked, masked_name)
            uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
            reason = drill_result.failure(evidence, uuid)
            found = self.create(
                {
                    **_values_of(parse(stored)),
                    "result": FAILED if reason else PASSED,
                    "reason": reason or False,
                    "evidence": canonical(stored),
                    "sha256": digest,
                    "is_masked": stored != body,
                }
            )
        return {"drill": found.id, "result": found.result}

    def action_confirm(self):
        """Confirm that the report is right; who and when is stored once."""
        self.check_access("read")
        waiting = self.filtered(lambda drill: drill.state == TO_CONFIRM).sudo()
        waiting.write(
            {
                "state": CONFIRMED,
                "confirmed_by_id": self.env.user.id,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        for drill in waiting:
            drill.message_post(
                body=self.env._("The report of this drill is confirmed.")
            )

    @api.autovacuum
    def _gc_drills(self):
        return delete_oldest(self, "ended_at", self.env.cr.now() - EVIDENCE_RETENTION)


def _values_of(evidence):
    """Return the values of a drill that evidence without secrets has."""
    same = (
        *("name", "database", "database_uuid", "set_name", "contents"),
        *("filestore_set", "backup", "tool", "host", "postgresql", "odoo"),
        *("declared_at", "failed_at", "target", "usable_at", "ended_at"),
        *("database_heartbeat", "filestore_heartbeat"),
    )
    error = evidence.error
    create = fields.Command.create
    return {
        **{name: getattr(evidence, name) or False for name in same},
        "level": str(evidence.level),
        "error_phase": error.phase if error else False,
        "error": error.text if error else False,
        "size": in_megabytes(evidence.size),
        "lost": "\n".join(f"{one.name}: {one.count}" for one in evidence.lost),
        "phase_ids": [create(one._asdict()) for one in evidence.phases],
        "check_ids": [
            create({"name": one.name, "result": one.result, "found": one.text})
            for one in evidence.checks
        ],
    }
