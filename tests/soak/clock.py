"""A clock of the server's own, which can be set while everybody else's goes on."""

import mmap
import struct
from pathlib import Path

from setup import commands, paths

SOURCE = Path(__file__).with_name("clock.c")
NANOSECONDS = 1_000_000_000
_FORMAT = "=q"


class Clock:
    """Compiles the library and the file that it reads, both in ``folder``.

    The clock is right until it is set.

    :ivar variables: the environment in which a program has this clock
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
        """How many seconds it is ahead of the machine's."""
        return struct.unpack(_FORMAT, self._shift)[0] / NANOSECONDS

    def set(self, ahead):
        """Set it, for all programs that have it.

        :param ahead: seconds; less than 0 where it is to be slow
        """
        self._shift[:] = struct.pack(_FORMAT, int(ahead * NANOSECONDS))
