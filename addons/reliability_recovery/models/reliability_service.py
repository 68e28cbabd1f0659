"""What a service may lose, how long its recovery may take, and what drills achieved."""

from graphlib import TopologicalSorter

from odoo import api, fields, models

from ..contract import DATABASE, FILESTORE


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
    restored = fields.Char(
        string="Last Restored",
        compute="_compute_achieved",
        help="When a restore drill has passed.",
    )
    rpo_achieved = fields.Char(string="RPO Achieved", compute="_compute_achieved")
    rto_achieved = fields.Char(string="RTO Achieved", compute="_compute_achieved")

    _recovery_not_negative = models.Constraint(
        "CHECK (rpo_minutes >= 0 AND rto_minutes >= 0)",
        "Recovery objectives must not be negative.",
    )

    def _compute_restorable(self):
        sets = self.env["reliability.backup.set"]
        points = sets.sudo()._newest_points()
        self.database_restorable = sets._point_text(points[DATABASE])
        self.filestore_restorable = sets._point_text(points[FILESTORE])

    @api.depends_context("lang", "tz")
    def _compute_achieved(self):
        drill = self.env["reliability.drill"].sudo()._last_passed()
        self.restored = drill._when()
        self.rpo_achieved = drill.rpo
        self.rto_achieved = drill.rto

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
