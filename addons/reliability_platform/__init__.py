"""The platform: lock waits, busy workers, the hosts that serve a database, and Redis.

Server-wide, so that the collector, which loads no registry, runs the tasks of this addon.
"""

from . import collector, models
