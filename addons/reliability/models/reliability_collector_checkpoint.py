"""Which hosts deliver rollups, how far each has come, and whose numbers are missing."""

from datetime import timedelta

from odoo import api, fields, models

from .retention import delete_oldest

_CHECKPOINT_AGE = timedelta(days=60)
_HANDOVER = timedelta(minutes=5)
"""A new host may begin so long before the one that it replaces ends."""


def without_replaced(silent, began):
    """Return the silent hosts that no other host has replaced.

    Each host replaces at most one: the last that ended before it began, or shortly
    afterwards.

    :param dict silent: host → its last poll, the earliest first
    :param dict began: host → its first poll
    """
    left = dict(silent)
    for new in sorted(began, key=began.get):
        for host, last in reversed(left.items()):
            overlap = min(_HANDOVER, (last - began.get(host, last)) / 2)
            if host != new and began[new] >= last - overlap:
                del left[host]
                break
    return left


class ReliabilityCollectorCheckpoint(models.Model):
    """The last batch of each collector, so that each is added exactly once."""

    _name = "reliability.collector.checkpoint"
    _description = "Collector Checkpoint"
    _log_access = False

    name = fields.Char(required=True)
    host = fields.Char(required=True)
    number = fields.Integer(
        required=True, help="Number of the last batch that was added."
    )
    began = fields.Datetime(help="The first batch.")
    delivered = fields.Datetime(
        required=True, help="The last poll, with or without a batch."
    )
    has_ended = fields.Boolean(help="The collector ended in order after the last poll.")

    _name_unique = models.UniqueIndex("(name)")

    @api.autovacuum
    def _gc_checkpoints(self):
        """Delete checkpoints of old collectors: each new state file has a new one."""
        before = self.env.cr.now() - _CHECKPOINT_AGE
        return delete_oldest(self, "delivered", before)

    @api.model
    def _last_polls(self):
        """Return the last poll by the collector of each host: host → moment."""
        return dict(self.sudo()._read_group([], ["host"], ["delivered:max"]))

    @api.model
    def _first_polls(self):
        """Return when each host first delivered something: host → moment.

        Hosts that delivered to an earlier version are left out: it did not store that.
        """
        groups = self.sudo()._read_group(
            [], ["host"], ["began:min", "began:count", "__count"]
        )
        return {host: began for host, began, known, count in groups if known == count}

    @api.model
    def _silent_hosts(self, last_polls, silent_since):
        """Return the hosts whose numbers are missing.

        They are not missing from a host that ended in order, nor from one that another
        host has replaced: containers have a new name each time.

        :param dict last_polls: see :meth:`_last_polls`
        :param datetime silent_since: a host with a later poll is not silent
        :return: host → its last poll, the earliest first
        """
        silent = {
            host: last for host, last in last_polls.items() if last < silent_since
        }
        if not silent:
            return silent
        ended = dict(
            self.sudo()._read_group(
                [("has_ended", "=", True)], ["host"], ["delivered:max"]
            )
        )
        # One that ended in order is replaced, too: not by the next host for another.
        by_end = {host: silent[host] for host in sorted(silent, key=silent.get)}
        left = without_replaced(by_end, self._first_polls())
        return {host: last for host, last in left.items() if ended.get(host) != last}
