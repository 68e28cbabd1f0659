"""The recorder of this process."""

import threading

from ..odoo_conf import settings
from ..telemetry.slots.recorder import Recorder

_lock = threading.Lock()
_recorder: Recorder | None = None


def recorder() -> Recorder:
    """Return the only recorder of this process; it leases its slot at first use."""
    global _recorder
    if _recorder is None:
        with _lock:
            if _recorder is None:
                _recorder = Recorder(settings().telemetry_dir)
    return _recorder
