"""A private clock for a server, which can be set without changing the machine's."""

import mmap
import struct
from pathlib import Path

from setup import commands, paths

SOURCE = Path(__file__).with_name("clock.c")
NANOSECONDS = 1_000_000_000
_FORMAT = "=q"


class Clock:
    """Compiles the library, and makes the file that it reads, both in ``folder``.

    The clock is right until it is set.

    :ivar variables: the environment that gives a program this clock
    """

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        library, file = folder / "clock.so", folder / "clock"
        gcc = ["gcc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC"]
        commands.run([*gcc, "-o", library, SOURCE], paths.log("clock"))
        file.write_bytes(struct.pack(_FORMAT, 0))
        with file.open("r+b") as opened:
            self._shift = mmap.mmap(opened.fileno(), struct.calcsize(_FORMAT))
        self.variables = {"LD_PRELOAD": str(library), "SOAK_CLOCK": str(file)}

    @property
    def ahead(self):
        """The seconds by which it is ahead of the machine's."""
        return struct.unpack(_FORMAT, self._shift)[0] / NANOSECONDS

    def set(self, ahead):
        """Set the clock for all programs that use it.

        :param ahead: seconds by which it is ahead of the machine's; negative if behind
        """
        self._shift[:] = struct.pack(_FORMAT, int(ahead * NANOSECONDS))
