"""Run a program that reaches nothing: no network, no process but its own.

By ``unshare`` of util-linux, in namespaces that need no rights.  Without network
interfaces nothing can be sent, whatever a restored database would do.  With processes
of its own, all of them end with the first one, also when that is killed.
"""

import os
import shutil
from pathlib import Path

_USER = 1000
"""PostgreSQL refuses to run as root: inside, root has this number and no rights."""
_HINT = (
    "On this host, unprivileged user namespaces are not allowed: see"
    " kernel.unprivileged_userns_clone, user.max_user_namespaces and AppArmor."
)


class NotIsolated(Exception):
    """The program cannot be isolated; the text says what to change."""


def isolated(command: list[str | Path], has_network: bool = False) -> list[str | Path]:
    """Return a command that runs another one without network.

    It is killed when the process ends that has started it.

    :param has_network: it has that of the host, and is isolated in the rest
    :raise NotIsolated: a program for that is missing
    """
    for program in ("setpriv", "unshare"):
        if not shutil.which(program):
            raise NotIsolated(f"{program} is missing: install util-linux.")
    user, group = os.geteuid() or _USER, os.getegid() or _USER
    return [
        *("setpriv", "--pdeathsig", "KILL"),
        *("unshare", "--user", f"--map-user={user}", f"--map-group={group}"),
        *("--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"),
        *(() if has_network else ("--net",)),
        *command,
    ]


def check_isolated() -> None:
    """Check that this process reaches no network.

    :raise NotIsolated: it may
    """
    with open("/proc/net/dev") as file:
        names = [line.partition(":")[0].strip() for line in file.readlines()[2:]]
    others = [name for name in names if name != "lo"]
    if others or _is_up("lo"):
        raise NotIsolated(f"The network {(others or ['lo'])[0]} can be reached.")


def _is_up(interface):
    with open("/proc/net/if_inet6") as file:
        if any(line.split()[-1] == interface for line in file):
            return True
    with open("/proc/net/fib_trie") as file:
        return bool(file.read(1))


def explain(printed: str) -> str:
    """Return what ``unshare`` has printed, with what to do."""
    return f"{printed.strip()}. {_HINT}" if "unshare" in printed else printed.strip()
