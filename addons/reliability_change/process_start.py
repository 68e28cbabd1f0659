"""Identifying the start of a process: its number alone is used again."""

from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_STARTED = 19
"""The place of the ticks between boot and start, after the name of the program."""


def start_of(pid: int) -> str | None:
    """Return what identifies a start of a process, whatever clocks say.

    :return: ``None`` where it is not known: elsewhere than on Linux
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
        boot = _BOOT.read_text().strip()
    except OSError:
        return None
    # The name of the program may have brackets and blanks.
    ticks = status.rpartition(")")[2].split()[_STARTED]
    return f"{boot}:{pid}:{ticks}"
