"""The base of the parts that a host is checked in."""

from collections.abc import Mapping

from ..problem import Check
from .cgroup import Cgroup


class HostPart:
    """Checks one aspect of a host; it may remember counters."""

    def check(self, cgroup: Cgroup | None, thresholds: Mapping[str, float]) -> Check:
        """Read numbers of the kernel, and find problems; they have no subject yet.

        A number that is unknown is ``None`` in the facts, and no problem.

        :param cgroup: of Odoo's processes
        :param thresholds: as for :class:`..watch.Watch`
        """
        raise NotImplementedError
