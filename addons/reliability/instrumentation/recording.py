"""The recorder of this process."""

import threading

from ..odoo_conf import settings
from ..telemetry.slots.recorder import Recorder

_lock = threading.Lock()
_recorder: Recorder | None = None


def recorder() -> Recorder:
    """Return the one recorder; it leases its slot when it is first needed."""
    global _recorder
    if _recorder is None:
        with _lock:
            if _recorder is None:
                _recorder = Recorder(settings().telemetry_dir)
    return _recorder
