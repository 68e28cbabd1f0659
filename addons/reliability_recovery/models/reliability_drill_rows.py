"""The phases and the checks of drills."""

from odoo import api, fields, models

from ..drill_contract import (
    BUSINESS,
    DATA,
    DROP,
    FAILED,
    FETCH,
    FILES,
    LOAD,
    NEUTRALIZE,
    PASSED,
    RESTORE,
    SKIPPED,
    START,
)
from .drill_messages import title_of_check

PHASE_NAMES = [
    (FETCH, "Fetch"),
    (RESTORE, "Restore"),
    (START, "Start PostgreSQL"),
    (NEUTRALIZE, "Neutralize"),
    (DATA, "Check Data"),
    (FILES, "Check Files"),
    (LOAD, "Load Odoo"),
    (BUSINESS, "Check Business"),
    (DROP, "Drop"),
]


class ReliabilityDrillPhase(models.Model):
    _name = "reliability.drill.phase"
    _description = "Phase of a Restore Drill"
    _log_access = False
    _order = "begin, id"

    drill_id = fields.Many2one(
        "reliability.drill", required=True, index=True, ondelete="cascade"
    )
    name = fields.Selection(PHASE_NAMES, string="Phase", required=True)
    begin = fields.Datetime(required=True)
    seconds = fields.Float(string="Duration (s)", digits=(16, 1), required=True)
    error = fields.Char()


class ReliabilityDrillCheck(models.Model):
    _name = "reliability.drill.check"
    _description = "Check of a Restore Drill"
    _log_access = False
    _order = "id"

    drill_id = fields.Many2one(
        "reliability.drill", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Code", required=True)
    title = fields.Char(string="Check", compute="_compute_title")
    result = fields.Selection(
        [(PASSED, "Passed"), (FAILED, "Failed"), (SKIPPED, "Left out")], required=True
    )
    found = fields.Char()

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_title(self):
        for check in self:
            check.title = title_of_check(check.env, check.name)
