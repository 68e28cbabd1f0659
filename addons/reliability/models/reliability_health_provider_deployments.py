"""What was deployed: the first question of every incident."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from datetime import datetime
from typing import NamedTuple

from odoo import api, models

from .reliability_health_provider_timeline import CHANGES_BEFORE, TimelineEntry


class Deployment(NamedTuple):
    """A change of what runs, as charts and timelines show it.

    :ivar begin: in UTC
    :ivar text: what was deployed, in the user's language, without a full stop
    :ivar who: the name of a person, if it is known
    :ivar action: opens it; ``False`` if there is nothing to open
    """

    id: int
    begin: datetime
    text: str
    who: str = ""
    action: dict | bool = False


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _deployments(self, begin, end):
        """Return what was deployed in a period, the oldest first.

        :param datetime begin, end: in UTC
        :rtype: list[Deployment]
        """
        return []

    @api.model
    def _timeline(self, affected):
        deployments = self._deployments(affected.begin - CHANGES_BEFORE, affected.end)
        return super()._timeline(affected) + [
            TimelineEntry(one.begin, "change", one.text, one.who, one.action)
            for one in deployments
        ]
