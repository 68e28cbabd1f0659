"""The host of Odoo, and the container that it may run in.

All of it is read from the kernel: ``/proc``, cgroup v2 and psutil.  A number is of the
container where Odoo runs in one and the kernel counts by container, else of the host.
"""

from .host_watch import make_watch
