"""What a service may lose, how long its recovery may take, and what drills achieved."""

from graphlib import TopologicalSorter

from odoo import api, fields, models

from odoo.addons.reliability.api import formatting

from ..contract import DATABASE, FILESTORE
from ..drill_result import MET, MISSED, UNKNOWN
from .drill_messages import describe_point_objective, describe_time_objective

NEVER = "never"


class ReliabilityService(models.Model):
    _inherit = "reliability.service"

    rpo_minutes = fields.Integer(
        string="Recovery Point Objective (min)",
        aggregator=None,
        help="So many minutes of work may be lost at most; 0 without an objective.",
    )
    rto_minutes = fields.Integer(
        string="Recovery Time Objective (min)",
        aggregator=None,
        help="A recovery may take so many minutes, from the decision until people can"
        " work; 0 without an objective.",
    )
    database_restorable = fields.Char(
        string="Database Can Be Restored to", compute="_compute_restorable"
    )
    filestore_restorable = fields.Char(
        string="Filestore Can Be Restored to", compute="_compute_restorable"
    )
    exposed = fields.Char(
        string="Would Be Lost Now",
        compute="_compute_restorable",
        help="What was written since the newest moment that can be restored; the larger"
        " one of database and filestore.",
    )
    restored = fields.Char(
        string="Last Restored",
        compute="_compute_achieved",
        help="When a restore drill has passed.",
    )
    rpo_achieved = fields.Char(string="RPO Achieved", compute="_compute_achieved")
    rto_achieved = fields.Char(string="RTO Achieved", compute="_compute_achieved")
    rto_estimated = fields.Char(
        string="RTO Estimated Now",
        compute="_compute_achieved",
        help="If the recovery takes as long for each byte as in the last restore drill"
        " that has passed: the backups have another size now. It was not achieved.",
    )
    recovery_status = fields.Selection(
        [
            (MET, "Met"),
            (MISSED, "Missed"),
            (UNKNOWN, "Unknown"),
            (NEVER, "Never restored"),
        ],
        compute="_compute_recovery_status",
        help="What the last restore drill says of both objectives.",
    )

    _recovery_not_negative = models.Constraint(
        "CHECK (rpo_minutes >= 0 AND rto_minutes >= 0)",
        "Recovery objectives must not be negative.",
    )

    @api.depends_context("lang", "tz")
    def _compute_restorable(self):
        sets = self.env["reliability.backup.set"]
        points = sets.sudo()._newest_points()
        self.database_restorable = sets._point_text(points[DATABASE])
        self.filestore_restorable = sets._point_text(points[FILESTORE])
        self.exposed = (
            formatting.since(self.env, min(points.values()))
            if all(points.values())
            else self.env._("Unknown")
        )

    @api.depends_context("lang", "tz")
    def _compute_achieved(self):
        drill = self.env["reliability.drill"].sudo()._last_passed()
        self.restored = drill._when()
        self.rpo_achieved = drill.rpo
        self.rto_achieved = drill.rto
        estimate = drill._estimate() if drill else None
        self.rto_estimated = (
            formatting.duration(self.env, estimate.total_seconds()) if estimate else ""
        )

    @api.depends("rpo_minutes", "rto_minutes")
    def _compute_recovery_status(self):
        drill = self.env["reliability.drill"].sudo()._last()
        for service in self:
            found = service._found_by(drill)
            service.recovery_status = next(
                (one for one in (NEVER, MISSED, UNKNOWN, MET) if one in found), False
            )

    def _found_by(self, drill):
        """Return what a drill says of the objectives of a service."""
        described = (
            (describe_point_objective, self.rpo_minutes),
            (describe_time_objective, self.rto_minutes),
        )
        return {
            describe(drill, self.name, minutes)[1] if drill else NEVER
            for describe, minutes in described
            if minutes
        }

    @api.model
    def _with_recovery_objective(self):
        """Return the services that have an RPO or an RTO."""
        return self.search(["|", ("rpo_minutes", ">", 0), ("rto_minutes", ">", 0)])

    def _restore_steps(self):
        """Return these services and all that they need, in the order of a recovery.

        :return: recordsets: what is in one needs only what is in those before it
        """
        wanted = self
        while wanted.depends_on_ids - wanted:
            wanted |= wanted.depends_on_ids
        sorter = TopologicalSorter({one.id: one.depends_on_ids.ids for one in wanted})
        sorter.prepare()
        steps = []
        while sorter.is_active():
            ready = sorter.get_ready()
            steps.append(self.browse(ready).sorted())
            sorter.done(*ready)
        return steps

    def _people_notified(self):
        """Return who is notified when this service is interrupted.

        With the rights of the system: people may be of other companies.
        """
        service = self.sudo()
        people = service.owner_id
        if "notify_user_ids" in self._fields:  # reliability_incident is installed
            people |= service.notify_user_ids | service.deputy_id
        return people
