"""What differs between what pipelines report and what servers run."""

# What an evaluation finds is apart from what people see.
# pylint: disable=consider-merging-classes-inherited

from datetime import timedelta

from odoo import api, models

from ..deployment_message import CANARY
from ..deployment_message import SUCCEEDED as PIPELINE_SUCCEEDED
from ..matching import SAME_CODE_WITHIN, has_code
from ..rollout import Known
from .reliability_deployment import FAILED, PARTIAL, RUNNING

_UNREPORTED_FOR = timedelta(days=7)
_COMPARED = 20
_REPORTED_WITHIN = timedelta(minutes=15)
"""A pipeline that reports only its end has done so by then."""
_RESTARTED_WITHIN = timedelta(minutes=10)
"""After the end of a pipeline, servers run what it has deployed by then."""


class ReliabilityDeployment(models.Model):
    _inherit = "reliability.deployment"

    @api.model
    def _unreported(self, now):
        """Return recent deployments without a pipeline; none where none ever reports.

        :param datetime now: in UTC
        """
        first = self.search([("is_reported", "=", True)], order="begin", limit=1)
        if not first:
            return first
        return self.search(
            [
                ("is_seen", "=", True),
                ("is_reported", "=", False),
                ("state", "!=", RUNNING),
                ("begin", ">=", max(first.begin, now - _UNREPORTED_FOR)),
                ("end", "<", now - _REPORTED_WITHIN),
            ]
        )

    @api.model
    def _newest_seen(self):
        """Return the deployment of what runs now; modules from Apps are left out."""
        return self.search([("is_seen", "=", True), ("user_id", "=", False)], limit=1)

    def _if_partial(self):
        """Return this deployment if not all of it runs everywhere."""
        return self.filtered(lambda one: one.state == PARTIAL)

    def _names_behind(self):
        """Return the hosts that are behind; a canary is to leave hosts behind."""
        if self.scope == CANARY:
            return []
        behind = self.target_ids.filtered(lambda one: one.state == "behind")
        return behind.mapped("host")

    def _if_failed_but_running(self):
        """Return the deployment of what runs now if its pipeline failed."""
        return self.filtered(
            lambda one: (
                one.is_reported and one.state == FAILED and not one.rolled_back_by_ids
            )
        )

    @api.model
    def _not_running(self, now):
        """Return the last deployment if it succeeded, and the hosts without its code.

        :return: the deployment, and names of hosts: none where all is well
        """
        last = self._last_succeeded(now)
        if not last or last._is_followed_by_another():
            return last, []
        if last.is_seen:
            return last, last._hosts_with_other_code()
        return last, last._hosts_without_code(now)

    @api.model
    def _last_succeeded(self, now):
        return self.search(
            [
                ("reported_state", "=", PIPELINE_SUCCEEDED),
                ("reported_end", "<=", now - _RESTARTED_WITHIN),
                ("reported_end", ">", now - SAME_CODE_WITHIN),
            ],
            order="reported_end desc, id desc",
            limit=1,
        )

    def _is_followed_by_another(self):
        """Return whether something else has been deployed since."""
        seen = [("is_seen", "=", True), ("user_id", "=", False), ("id", "!=", self.id)]
        later = [*seen, ("begin", ">", self.reported_end)]
        return bool(self.search_count(later, limit=1))

    def _hosts_with_other_code(self):
        """Return the hosts of its roll-out if that brought other code than it names.

        Hosts that are merely behind are in its targets.
        """
        codes, brought = self._codes(), self._as_seen().codes
        is_other = codes and brought and not has_code(codes, brought)
        is_known = is_other and self._can_be_compared()
        return self.target_ids.mapped("host") if is_known else []

    def _hosts_without_code(self, now):
        """Return the hosts that do not run it; all where that is not known."""
        if self._is_repeated():
            return []
        running, codes = self._code_of_hosts(now), self._codes()
        old = sorted(host for host in running if not has_code(codes, running[host]))
        is_canary = self.scope == CANARY and len(old) < len(running)
        return [] if is_canary else old

    @api.model
    def _code_of_hosts(self, now):
        """Return what hosts that are alive run: host → commits and digests."""
        latest = self.env["reliability.fingerprint"]._latest()
        known = Known(one._as_load() for one in latest)
        return {
            host: [one for one in found.code.values() if one]
            for host in self._hosts_alive(now)
            if (found := known.code(host))
        }

    def _is_repeated(self):
        """Return whether the same is deployed again: then nothing changes."""
        domain = [("is_reported", "=", True), ("begin", "<", self.begin)]
        before = self.search([*domain, ("id", "!=", self.id)], limit=1)
        return has_code(self._codes(), before._codes())

    def _can_be_compared(self):
        """Return whether its pipeline names the commits that servers run.

        That is known where they had the code of an earlier one.  Folders of code may be
        at commits of other repositories.
        """
        domain = [("is_reported", "=", True), ("is_seen", "=", True)]
        earlier = self.search([*domain, ("id", "!=", self.id)], limit=_COMPARED)
        return any(has_code(one._codes(), one._as_seen().codes) for one in earlier)
