"""Tasks of the collector; importing them registers them."""

from . import host_heartbeat, lock_waits
