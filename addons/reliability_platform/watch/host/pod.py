"""The pod of Kubernetes that Odoo runs in, its node and zone.

They come from the downward API: variables of the environment, or files.  How often
containers were restarted, and probes failed, only the kubelet knows.
"""

from collections.abc import Mapping
from pathlib import Path

from .cgroup import read_text

_VARIABLES = {"pod": "POD_NAME", "node": "NODE_NAME", "zone": "ZONE"}
_FOLDER = Path("/etc/podinfo")


def read_pod(environ: Mapping[str, str], folder: Path = _FOLDER) -> dict[str, str]:
    """Return the names of ``pod``, ``node`` and ``zone``; empty ones are unknown.

    :param folder: with a file for each, of a volume of the downward API
    """
    return {
        label: environ.get(variable) or read_text(folder / label).strip()
        for label, variable in _VARIABLES.items()
    }
