"""The recorder of this process."""

import functools

from ..telemetry.recorder import Recorder
from .settings import settings


@functools.cache
def recorder() -> Recorder:
    """Return the one recorder; it leases its slot when it is first needed."""
    return Recorder(settings().telemetry_dir)
