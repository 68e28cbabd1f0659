"""The rights that the checks lack."""

from collections.abc import Mapping
from typing import Any

from ..problem import Check
from .part import Part

# What the checks need of ``pg_monitor`` is in this role, which may be granted alone.
_MAY_READ = "SELECT pg_has_role('pg_read_all_stats', 'USAGE')"


class Rights(Part):
    """Finds out whether the role sees the sessions of other roles."""

    def check(self, cr: Any, thresholds: Mapping[str, float]) -> Check:
        """Return ``pg_monitor`` as missing without that."""
        cr.execute(_MAY_READ)
        (may_read,) = cr.fetchone()
        return Check(missing=[] if may_read else ["pg_monitor"])
