"""Where benchmarks keep slots: in memory, as in production."""

import os

SHARED = "/dev/shm" if os.path.isdir("/dev/shm") else None
