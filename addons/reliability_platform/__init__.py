"""The platform: lock waits, busy workers, the hosts that serve a database, and Redis.

It is loaded server-wide, since the collector, which runs its tasks, loads no registry.
"""

from . import collector, models
