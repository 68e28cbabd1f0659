"""What an evaluation of objectives leaves for the next one."""

from odoo.addons.reliability.api import MomentParameter

EVALUATED = MomentParameter("reliability.objectives_evaluated")
"""System parameter: when objectives were last evaluated."""
EXCLUDED_BY = "reliability.objectives_excluded_by"
"""System parameter: the calendars and maintenance windows of the exclusions."""
